using System.Runtime.CompilerServices;
using Ganglion.Brokers;

namespace ResearchTeam.Terminal;

/// <summary>Reads what happens to one request.</summary>
internal sealed class RequestFollower(IEventReader reader, string request) : IAsyncDisposable
{
    public async IAsyncEnumerable<TeamEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ConsumedBatch batch = await reader.ReadAsync(cancellationToken);
            foreach (ConsumedRecord record in batch.Records)
            {
                if (TeamEvent.Of(batch.Partition, record) is { } one && one.RequestId == request)
                {
                    yield return one;
                }
            }
        }
    }

    public ValueTask DisposeAsync() => reader.DisposeAsync();
}
