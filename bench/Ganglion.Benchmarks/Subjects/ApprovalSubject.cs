using System.Globalization;
using System.Text;
using Ganglion.Approvals;
using Ganglion.Benchmarks.Harness;
using Ganglion.Brokers;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ganglion.Benchmarks.Subjects;

/// <summary>A host that keeps approvals, on a broker that outlives it.</summary>
internal sealed class ApprovalSubject : IAsyncDisposable
{
    private const int AtOnce = 1_000;

    private readonly IHost _host;

    private ApprovalSubject(IHost host)
    {
        _host = host;
    }

    public ApprovalQueues Queues => _host.Services.GetRequiredService<ApprovalQueues>();

    public static Task<EmbeddedBroker> OpenBrokerAsync(TemporaryFolder folder, CancellationToken cancellationToken) =>
        EmbeddedSubject.OpenBrokerAsync(folder, Durability.GroupCommit, cancellationToken);

    public static async Task<ApprovalSubject> StartAsync(EmbeddedBroker broker, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "bench" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.AddGanglion(ganglion => ganglion.UseBroker(broker).AddApprovals(options =>
        {
            options.Teams["people"] = new ApprovalTeam { Members = ["maria", "ben"] };
            options.Queues["*"] = new ApprovalQueueOptions { Team = "people", RemindAfter = TimeSpan.FromHours(4), DefaultAfter = TimeSpan.FromDays(2) };
        }));
        IHost host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new ApprovalSubject(host);
    }

    /// <summary>Holds up events of a kilobyte, of ten agents in ten queues by five rules.</summary>
    public static async Task AskAsync(IEventBroker broker, int count, CancellationToken cancellationToken)
    {
        byte[] data = Encoding.UTF8.GetBytes($$"""{"amount":12,"text":"{{new string('x', 1_000)}}"}""");
        await using IEventProducer producer = await broker.CreateProducerAsync(cancellationToken: cancellationToken);
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            await Task.WhenAll(chunk.SelectMany(i => RecordsOf(i, data)).Select(record => producer.AppendAsync(record, cancellationToken).AsTask()));
        }
    }

    public async Task WhenPendingAsync(int count, CancellationToken cancellationToken)
    {
        while ((await Queues.ListQueuesAsync(cancellationToken)).Sum(queue => queue.Pending) < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private static IReadOnlyList<ProducerRecord> RecordsOf(int i, byte[] data)
    {
        var held = new CloudEvent
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"e-{i}"),
            Source = $"/agents/agent-{i % 10}",
            Type = "discount.offered",
            DataContentType = "application/json",
            Data = data,
        };
        return ApprovalRequests.Create(
            new ApprovalRequest
            {
                Id = ApprovalRequests.IdOf(held, "approve"),
                Queue = $"queue-{i % 10}",
                Event = held,
                Key = Encoding.UTF8.GetBytes(held.Id),
                ApprovedTopic = "approved",
                Channel = "offers",
                Rule = $"rule-{i % 5}",
                Reason = "the amount is above the limit",
            },
            "/bench",
            TimeProvider.System);
    }
}
