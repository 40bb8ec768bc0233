using Ganglion.AspNetCore.Events;
using Ganglion.AspNetCore.Requests;
using Ganglion.Brokers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Events;

public sealed class EventStreamTests
{
    private static readonly ConsumedRecord Kilobyte = new(0, new Record(null, new byte[1024]));

    [Fact(Timeout = 60_000)]
    public async Task Of_what_a_client_does_not_take_only_little_is_written()
    {
        using var client = new IdleClient();
        using EventStream stream = Open(client);

        int written = 0;
        ValueTask write = default;
        while (write.IsCompletedSuccessfully && written < 1000)
        {
            write = stream.WriteRecordAsync(id: null, new TopicPartition("t", 0), Kilobyte);
            written++;
        }

        written.ShouldBeInRange(2, 100);
        client.Take();
        await write;
    }

    private static EventStream Open(Stream client)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(client));
        var api = new Api(new GanglionApiOptions(), new ServiceCollection().BuildServiceProvider());
        return EventStream.Open(new ApiRequest(api, context), TestContext.Current.CancellationToken);
    }

    /// <summary>The end of a connection at which nobody reads until he is told to.</summary>
    private sealed class IdleClient : MemoryStream
    {
        private readonly TaskCompletionSource _reads = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Take() => _reads.SetResult();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(_reads.Task.WaitAsync(cancellationToken));
    }
}
