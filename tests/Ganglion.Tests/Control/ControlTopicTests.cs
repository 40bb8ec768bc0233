using System.Collections.Concurrent;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Control;
using Ganglion.Events;
using Ganglion.Tests.Brokers.Listener;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Control;

public sealed class ControlTopicTests
{
    private const string Topic = "ganglion.test";

    private readonly ConcurrentDictionary<string, string> _known = new();

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task What_was_written_elsewhere_is_known_behind_the_barrier()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using ControlTopic writer = Open(broker, (_, _) => { });
        await using ControlTopic reader = Open(broker, Keep);

        for (int i = 0; i < 200; i++)
        {
            await writer.WriteAsync("key", Event($"{i}"), Timeout);
            await reader.CatchUpAsync(Timeout);
            _known["key"].ShouldBe($"{i}");
        }

        await writer.WriteAsync("key", null, Timeout);
        await reader.CatchUpAsync(Timeout);
        _known.ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_written_is_known_to_whoever_has_written_it_and_to_whoever_comes_later()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using (ControlTopic first = Open(broker, Keep))
        {
            await first.WriteAsync("key", Event("value"), Timeout);
            _known["key"].ShouldBe("value");
        }

        _known.Clear();
        await using ControlTopic second = Open(broker, Keep);
        await second.CatchUpAsync(Timeout);

        _known["key"].ShouldBe("value");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_lies_behind_a_transaction_that_is_open_is_known_behind_the_barrier()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using ControlTopic topic = Open(broker, Keep);
        await topic.WriteAsync("before", Event("1"), Timeout);
        OpenTransaction open = await OpenTransaction.BeginAsync(broker, new TopicPartition(Topic, 0));
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        await producer.AppendAsync(new ProducerRecord(Topic, EventCodec.Encode(Event("2"), "behind"u8.ToArray()), 0), Timeout);
        ValueTask caughtUp = topic.CatchUpAsync(Timeout);

        caughtUp.IsCompleted.ShouldBeFalse();
        await open.AbortAsync();
        await caughtUp;

        _known.Keys.Order().ShouldBe(["before", "behind"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(typeof(FormatException))]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(ObjectDisposedException))]
    public async Task An_entry_that_cannot_be_read_takes_nothing_from_the_others(Type fault)
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using ControlTopic topic = Open(broker, (key, @event) =>
        {
            if (key == "bad")
            {
                throw (Exception)Activator.CreateInstance(fault, "It cannot be read.")!;
            }

            Keep(key, @event);
        });

        await topic.WriteAsync("bad", Event("1"), Timeout);
        await topic.WriteAsync("good", Event("2"), Timeout);

        _known["good"].ShouldBe("2");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_topic_that_was_deleted_is_made_anew_and_followed_again()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using ControlTopic topic = Open(broker, Keep);
        await topic.WriteAsync("before", Event("1"), Timeout);
        await topic.WriteAsync("before", Event("2"), Timeout);

        await broker.Topics.DeleteAsync(Topic, Timeout);
        while (await broker.Topics.FindAsync(Topic, Timeout) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }

        await using ControlTopic other = Open(broker, (_, _) => { });
        await other.WriteAsync("after", Event("3"), Timeout);
        while (!_known.ContainsKey("after"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Timeout);
        }

        _known["before"].ShouldBe("2");
    }

    [Fact(Timeout = 60_000)]
    public async Task When_the_broker_is_closed_it_is_followed_no_more_and_whoever_waits_is_told()
    {
        EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using ControlTopic topic = Open(broker, Keep);
        await topic.WriteAsync("key", Event("value"), Timeout);

        await broker.DisposeAsync();

        await topic.Ended.WaitAsync(Timeout);
        await Should.ThrowAsync<ObjectDisposedException>(async () => await topic.WriteAsync("key", Event("other"), Timeout));
    }

    private static ControlTopic Open(EmbeddedBroker broker, Action<string, CloudEvent?> apply) =>
        new(broker, Topic, apply, TimeProvider.System, NullLogger.Instance);

    private static CloudEvent Event(string type) => new(type, "/test", TimeProvider.System) { Data = "{}"u8.ToArray() };

    private void Keep(string key, CloudEvent? @event)
    {
        if (@event is null)
        {
            _known.TryRemove(key, out _);
        }
        else
        {
            _known[key] = @event.Type;
        }
    }
}
