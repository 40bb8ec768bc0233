using Ganglion.Supervision;

namespace Ganglion.Tests.Supervision;

/// <summary>How many restarts a supervisor takes for granted.</summary>
public sealed class RestartIntensityTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Restarts_count_for_as_long_as_they_are_to_and_no_longer()
    {
        var intensity = new RestartIntensity(most: 2, TimeSpan.FromSeconds(60), _time);

        RestartAfter(0).ShouldBeTrue();
        RestartAfter(40).ShouldBeTrue();
        RestartAfter(20).ShouldBeFalse();

        // The first is no longer counted, and the second is.
        RestartAfter(1).ShouldBeTrue();
        RestartAfter(0).ShouldBeFalse();

        bool RestartAfter(int seconds)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            return intensity.TryRestart();
        }
    }
}
