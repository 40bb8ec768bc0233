using System.Text;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.State;

namespace Ganglion.Tests.State;

// Alone: it is the memory of the whole process that is measured.
[CollectionDefinition(nameof(StateMemoryTests), DisableParallelization = true)]
[Collection(nameof(StateMemoryTests))]
public sealed class StateMemoryTests
{
    [Fact]
    public async Task A_million_instances_take_their_index_and_no_more_than_the_cache()
    {
        const int instances = 1_000_000;
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var states = new StateStore(new PartitionReader(broker, new TopicPartition("states", 0)), cacheBytes: 1_000_000);
        var partition = new TopicPartition("states", 0);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        for (int i = 0; i < instances; i++)
        {
            string key = $"{i}";
            var value = new StoredValue(new byte[400], ContentType: null);
            states.Set(key, StoredState.Set(null, value));
            states.Committed(key, [new ProducerRecord("states", new Record(Encoding.UTF8.GetBytes(key), value.Data))], [new TopicPartitionOffset(partition, i)], 0);
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(100L * instances);
        states.TryGet($"{instances - 1}", out StoredState? newest).ShouldBeTrue();
        newest.ShouldNotBeNull();
        states.TryGet("0", out _).ShouldBeFalse();
    }
}
