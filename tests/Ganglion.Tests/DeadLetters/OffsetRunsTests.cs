using Ganglion.DeadLetters;

namespace Ganglion.Tests.DeadLetters;

public sealed class OffsetRunsTests
{
    [Fact]
    public void Whatever_the_order_the_next_free_offset_is_the_first_that_was_not_added()
    {
        var random = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            var runs = new OffsetRuns();
            var added = new HashSet<long>();
            for (int i = 0; i < 60; i++)
            {
                long offset = random.Next(40);
                runs.Add(offset);
                added.Add(offset);
                for (long from = 0; from < 42; from++)
                {
                    long expected = from;
                    while (added.Contains(expected))
                    {
                        expected++;
                    }

                    runs.NextFree(from).ShouldBe(expected);
                }
            }
        }
    }
}
