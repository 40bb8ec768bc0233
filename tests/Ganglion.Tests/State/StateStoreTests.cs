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

        await using var states = new StateStore(new PartitionReader(broker, new TopicPartition("states", 0)), cacheBytes: 1_000_000);
        await states.RestoreAsync(TestContext.Current.CancellationToken);
        StoredState state = (await states.ReadAsync("42", TestContext.Current.CancellationToken)).ShouldNotBeNull();

        StoredValue stored = state.Value.ShouldNotBeNull();
        stored.Data.ToArray().ShouldBe(value);
        MemoryMarshal.TryGetArray(stored.Data, out ArraySegment<byte> memory).ShouldBeTrue();
        memory.Array.ShouldNotBeNull().Length.ShouldBe(value.Length);
    }

    // To clear a state is to remove each slot up to the highest, and anybody can write to the topic.
    [Theory]
    [InlineData("2147483647")]
    [InlineData("2000000000")]
    public async Task A_slot_that_is_none_of_a_state_makes_it_no_larger(string slot)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        foreach (string known in new[] { "0", "1", slot })
        {
            byte[] key = [.. "42"u8, 0xFF, .. Encoding.UTF8.GetBytes(known)];
            await producer.AppendAsync(new ProducerRecord("states", new Record(key, "change"u8.ToArray()), 0), TestContext.Current.CancellationToken);
        }

        await using var states = new StateStore(new PartitionReader(broker, new TopicPartition("states", 0)), cacheBytes: 1_000_000);
        await states.RestoreAsync(TestContext.Current.CancellationToken);

        states.Unread("42").Slots.ShouldBe(3);
    }

    // A partition is lost while a commit is under way, and the commit succeeds.
    [Fact]
    public async Task A_change_that_was_undone_may_be_committed_all_the_same()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var states = new StateStore(new PartitionReader(broker, new TopicPartition("states", 0)), cacheBytes: 1_000_000);
        var value = new StoredValue("state"u8.ToArray(), ContentType: null);
        states.Set("42", StoredState.Set(null, value));
        states.Undo("42");

        states.Committed("42", [new ProducerRecord("states", new Record("42"u8.ToArray(), value.Data))], [new TopicPartitionOffset(new TopicPartition("states", 0), 7)], 0);

        states.TryGet("42", out _).ShouldBeFalse();
    }
}
