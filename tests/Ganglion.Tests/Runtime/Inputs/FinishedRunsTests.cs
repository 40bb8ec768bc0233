using System.Text;
using Ganglion.Brokers;
using Ganglion.Runtime.Inputs;

namespace Ganglion.Tests.Runtime.Inputs;

public sealed class FinishedRunsTests
{
    [Fact]
    public void Runs_survive_being_written_and_read()
    {
        var finished = new FinishedRuns();
        finished.Add(1_000_001, 1_000_002);
        finished.Add(1_000_010, 1_000_900);

        FinishedRuns read = FinishedRuns.Decode(1_000_000, finished.Encode(1_000_000));

        read.Runs.ShouldBe([(1_000_001L, 1_000_002L), (1_000_010L, 1_000_900L)]);
        read.Contains(1_000_001).ShouldBeTrue();
        read.Contains(1_000_002).ShouldBeFalse();
        read.Contains(1_000_899).ShouldBeTrue();
        read.Contains(1_000_900).ShouldBeFalse();
    }

    [Fact]
    public void No_runs_are_no_metadata() => new FinishedRuns().Encode(5).ShouldBeNull();

    [Fact]
    public void The_most_runs_over_the_largest_span_fit_into_the_metadata()
    {
        var finished = new FinishedRuns();
        long step = FinishedRuns.MaxSpan / FinishedRuns.MaxRuns;
        for (int i = 0; i < FinishedRuns.MaxRuns; i++)
        {
            finished.Add(7 + (i * step) + (step / 2), 7 + ((i + 1) * step));
        }

        Encoding.UTF8.GetByteCount(finished.Encode(7)!).ShouldBeLessThanOrEqualTo(OffsetAndMetadata.MaxMetadataBytes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("somebody else's")]
    [InlineData("1.!!!")]
    [InlineData("1.gICAgICAgICAgICA")]
    [InlineData("1.AQE")]
    public void Metadata_of_others_means_nothing(string? metadata) => FinishedRuns.Decode(3, metadata).Runs.ShouldBeEmpty();
}
