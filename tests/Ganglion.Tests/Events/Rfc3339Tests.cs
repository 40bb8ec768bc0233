using System.Text;
using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-21T09:30:00Z", "2026-11-21T09:30:00.0000000+00:00")]
    [InlineData("2026-11-21t09:30:00z", "2026-11-21T09:30:00.0000000+00:00")]
    [InlineData("2026-11-21T09:30:00.5Z", "2026-11-21T09:30:00.5000000+00:00")]
    [InlineData("2026-11-21T09:30:00.123456789Z", "2026-11-21T09:30:00.1234567+00:00")]
    [InlineData("2026-11-21T09:30:00+05:30", "2026-11-21T09:30:00.0000000+05:30")]
    [InlineData("2026-11-21T09:30:00.25-08:00", "2026-11-21T09:30:00.2500000-08:00")]
    [InlineData("2026-11-21T09:30:00-00:00", "2026-11-21T09:30:00.0000000+00:00")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000+00:00")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000+00:00")]
    public void A_time_is_read(string text, string expected)
    {
        Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out DateTimeOffset time).ShouldBeTrue();

        time.ToString("O").ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21T09:30:00")]
    [InlineData("2026-11-21 09:30:00Z")]
    [InlineData("2026-11-21T09:30Z")]
    [InlineData("2026-11-21T09:30:00.Z")]
    [InlineData("2026-11-21T09:30:00.123")]
    [InlineData("2026-11-21T09:30:00ZZ")]
    [InlineData("2026-11-21T09:30:00+0100")]
    [InlineData("2026-11-21T09:30:00+15:00")]
    [InlineData("2026-11-21T09:30:00+01:60")]
    [InlineData("2026-00-21T09:30:00Z")]
    [InlineData("2026-13-21T09:30:00Z")]
    [InlineData("2026-02-29T09:30:00Z")]
    [InlineData("2026-11-00T09:30:00Z")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-11-21T09:60:00Z")]
    [InlineData("2026-11-21T09:30:61Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("٢٠٢٦-11-21T09:30:00Z")]
    public void What_is_no_time_is_not_read(string text) =>
        Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void Every_time_reads_back_as_it_was_written()
    {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            var offset = TimeSpan.FromMinutes(random.Next(-14 * 60, (14 * 60) + 1));
            long ticks = random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay);
            var time = new DateTimeOffset(ticks, i % 2 == 0 ? offset : TimeSpan.Zero);

            Rfc3339.TryParse(Encoding.UTF8.GetBytes(Rfc3339.Write(time)), out DateTimeOffset read).ShouldBeTrue();
            (read.Ticks, read.Offset).ShouldBe((time.Ticks, time.Offset));
        }
    }
}
