using System.Runtime.InteropServices;
using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.State;

namespace Ganglion.Tests.State;

public sealed class StateStoreTests
{
    // The cache counts the bytes of a state; a slice of a batch would keep the whole batch alive.
    [Fact]
    public async Task State_that_was_read_keeps_nothing_alive_but_itself()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        byte[] value = Encoding.UTF8.GetBytes("state");
        await producer.AppendAsync(
            [.. Enumerable.Range(0, 100).Select(i => new ProducerRecord("states", new Record(Encoding.UTF8.GetBytes($"{i}"), value)))],
            TestContext.Current.CancellationToken);

        await using var states = new StateStore(new PartitionLog(broker, new TopicPartition("states", 0)), cacheBytes: 1_000_000);
        await states.RestoreAsync(TestContext.Current.CancellationToken);
        StoredState state = (await states.ReadAsync("42", TestContext.Current.CancellationToken)).ShouldNotBeNull();

        state.Data.ToArray().ShouldBe(value);
        MemoryMarshal.TryGetArray(state.Data, out ArraySegment<byte> memory).ShouldBeTrue();
        memory.Array.ShouldNotBeNull().Length.ShouldBe(value.Length);
    }

    // A partition is lost while a commit is under way, and the commit succeeds.
    [Fact]
    public async Task A_change_that_was_undone_may_be_committed_all_the_same()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var states = new StateStore(new PartitionLog(broker, new TopicPartition("states", 0)), cacheBytes: 1_000_000);
        states.Set("42", new StoredState("state"u8.ToArray(), ContentType: null));
        states.Undo("42");

        states.Committed("42", offset: 7);

        states.TryGet("42", out _).ShouldBeFalse();
    }
}
