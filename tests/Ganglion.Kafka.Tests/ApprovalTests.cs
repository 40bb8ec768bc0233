using System.Text;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Kafka.Tests;

public sealed class ApprovalTests(MockCluster cluster) : IClassFixture<MockCluster>
{
    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task What_waits_for_a_person_is_listed_claimed_decided_once_and_goes_on()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddGanglion(ganglion => ganglion.UseKafka(MockBroker.OptionsFor(cluster)).AddApprovals());
        using IHost host = builder.Build();
        await host.StartAsync(Timeout);
        IEventBroker broker = host.Services.GetRequiredService<IEventBroker>();
        ApprovalQueues queues = host.Services.GetRequiredService<ApprovalQueues>();
        foreach (string topic in (string[])["finance.queries.pending_approval", "payouts.approved"])
        {
            await broker.Topics.CreateAsync(topic, new TopicSettings { Partitions = 1 }, Timeout);
        }

        var held = new CloudEvent
        {
            Id = "p-1", Source = "/agents/payer", Type = "payout", DataContentType = "application/json", Data = """{"amount":900}"""u8.ToArray(),
        };
        var request = new ApprovalRequest
        {
            Id = ApprovalRequests.IdOf(held, null), Queue = "finance.queries", Event = held, Key = Encoding.UTF8.GetBytes("k"), ApprovedTopic = "payouts.approved",
        };
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: Timeout);
        foreach (ProducerRecord record in ApprovalRequests.Create(request, "/tests", TimeProvider.System))
        {
            await producer.AppendAsync(record, Timeout);
        }

        ApprovalPage page;
        while ((page = await queues.ListAsync(new() { Queue = "finance.queries" }, cancellationToken: Timeout)).Items.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Timeout);
        }

        await queues.ActAsync(new ApprovalCommand(page.Items[0].Id, ApprovalAction.Claim) { By = "maria" }, Timeout);
        (await RefusalAsync("ben")).ShouldBe("approval-claimed");
        await queues.ActAsync(Approval("maria"), Timeout);
        (await RefusalAsync("ben")).ShouldBe("approval-decided");

        await using IEventReader reader = await broker.CreateReaderAsync(
            new ReaderOptions { From = new Dictionary<TopicPartition, OffsetPosition> { [new("payouts.approved", 0)] = OffsetPosition.Earliest } }, Timeout);
        ConsumedRecord approved = (await reader.ReadAsync(Timeout)).Records[0];
        EventCodec.Decode(approved.Record, "payouts.approved", 0, approved.Offset).Extensions["approvedby"].ShouldBe("maria");
        ApprovalDetails shown = (await queues.FindAsync(request.Id, Timeout))!;
        shown.History.Select(one => one.Key).ShouldBe(["approval.requested", "approval.claimed", "approval.approved"]);
        await host.StopAsync(Timeout);

        ApprovalCommand Approval(string by) => new(request.Id, ApprovalAction.Approve) { By = by, Version = 1 };

        async Task<string> RefusalAsync(string by) => (await Should.ThrowAsync<ApprovalException>(queues.ActAsync(Approval(by), Timeout).AsTask())).Code;
    }
}
