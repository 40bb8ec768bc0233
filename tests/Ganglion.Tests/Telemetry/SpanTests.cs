using System.Diagnostics;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Tests.Runtime;

namespace Ganglion.Tests.Telemetry;

public sealed class SpanTests
{
    [Fact(Timeout = 60_000)]
    public async Task Publishing_an_event_is_a_span_and_handling_it_a_child_of_that()
    {
        using var spans = new Spans();
        await using AgentTestHost host = await AgentTestHost.StartAsync(ganglion => ganglion.AddAgent("watched", agent => agent
            .On<Note>("traced.notes", (note, context) => context.Publish("echoes", note))));

        TopicPartitionOffset position = await host.Publisher.PublishAsync("traced.notes", new Note(1), "k", AgentTestHost.Timeout);
        await host.ReadAsync("echoes", 1);

        Activity send = spans.Named("send traced.notes").ShouldHaveSingleItem();
        Activity process = spans.Named("process traced.notes").ShouldHaveSingleItem();
        send.Kind.ShouldBe(ActivityKind.Producer);
        process.Kind.ShouldBe(ActivityKind.Consumer);
        process.ParentSpanId.ShouldBe(send.SpanId);
        process.TraceId.ShouldBe(send.TraceId);
        process.GetTagItem("messaging.consumer.group.name").ShouldBe("watched");
        foreach ((Activity span, string operation) in new[] { (send, "send"), (process, "process") })
        {
            span.GetTagItem("messaging.system").ShouldBe("ganglion");
            span.GetTagItem("messaging.operation.name").ShouldBe(operation);
            span.GetTagItem("messaging.operation.type").ShouldBe(operation);
            span.GetTagItem("messaging.destination.name").ShouldBe("traced.notes");
            span.GetTagItem("messaging.destination.partition.id").ShouldBe($"{position.Partition.Partition}");
            span.GetTagItem("messaging.kafka.offset").ShouldBe(position.Offset);
            span.GetTagItem("cloudevents.event_type").ShouldBe("traced.notes");
            span.GetTagItem("messaging.message.id").ShouldBe(send.GetTagItem("cloudevents.event_id"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_publication_that_fails_is_a_span_with_its_error()
    {
        using var spans = new Spans();
        await using var host = new AgentTestHost(new EmbeddedBrokerOptions { AutoCreateTopics = false });
        await host.RunAsync(_ => { });

        await Should.ThrowAsync<TopicException>(() => host.Publisher.PublishAsync("traced.nowhere", 1, cancellationToken: AgentTestHost.Timeout).AsTask());

        Activity send = spans.Named("send traced.nowhere").ShouldHaveSingleItem();
        send.Status.ShouldBe(ActivityStatusCode.Error);
        send.GetTagItem("error.type").ShouldBe("topic-not-found");
    }
}
