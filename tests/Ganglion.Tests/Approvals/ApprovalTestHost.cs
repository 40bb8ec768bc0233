using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Approvals;

/// <summary>A host that keeps approvals, on a broker that outlives it, with a clock that moves when it is told to.</summary>
internal sealed class ApprovalTestHost(Action<ApprovalOptions>? configure = null) : IAsyncDisposable
{
    public AgentTestHost Agents { get; } = new();

    public ManualTime Time { get; } = new();

    public ApprovalQueues Queues => Agents.Host.Services.GetRequiredService<ApprovalQueues>();

    public static async Task<ApprovalTestHost> StartAsync(Action<ApprovalOptions>? configure = null)
    {
        var host = new ApprovalTestHost(configure);
        await host.RunAsync();
        return host;
    }

    public Task RunAsync() => Agents.RunAsync(ganglion => ganglion.AddApprovals(configure), Time);

    /// <summary>An event that was held up, as a route does it, in one atomic commit.</summary>
    public async Task<string> AskAsync(Func<ApprovalRequest, ApprovalRequest>? change = null, string id = "e-1", string data = """{"text":"Buy now","price":12}""")
    {
        ApprovalRequest request = RequestOf(id, data);
        request = change?.Invoke(request) ?? request;
        await using IEventProducer producer = await Agents.Broker.CreateProducerAsync(cancellationToken: AgentTestHost.Timeout);
        foreach (ProducerRecord record in ApprovalRequests.Create(request, "/tests", Time))
        {
            await producer.AppendAsync(record, AgentTestHost.Timeout);
        }

        return request.Id;
    }

    /// <summary>Completes when an approval can be decided.</summary>
    public async Task<string> AskAndSeeAsync(Func<ApprovalRequest, ApprovalRequest>? change = null, string id = "e-1")
    {
        string approval = await AskAsync(change, id);
        await WhenAsync(approval, _ => true);
        return approval;
    }

    public async Task<ApprovalItem> WhenAsync(string approval, Func<ApprovalItem, bool> isSo)
    {
        while (await Queues.FindAsync(approval, AgentTestHost.Timeout) is var found)
        {
            if (found is not null && isSo(found.Item))
            {
                return found.Item;
            }

            // An alarm that is set only now, for a time that is over, fires with the next step of the clock.
            Time.Advance(TimeSpan.Zero);
            await Task.Delay(TimeSpan.FromMilliseconds(5), AgentTestHost.Timeout);
        }

        throw new InvalidOperationException();
    }

    public async Task<ApprovalOutcome> ActAsync(string approval, ApprovalAction action, string by, int? version = 1, string? reason = null, object? data = null, string? to = null) =>
        await Queues.ActAsync(
            new ApprovalCommand(approval, action)
            {
                By = by,
                Version = action is ApprovalAction.Approve or ApprovalAction.Reject or ApprovalAction.Edit ? version : null,
                Reason = reason,
                Data = data is null ? null : JsonSerializer.SerializeToElement(data),
                To = to,
            },
            AgentTestHost.Timeout);

    /// <summary>The code with which something is refused.</summary>
    public async Task<string> RefusalOfAsync(string approval, ApprovalAction action, string by, int? version = 1, string? reason = null, object? data = null, string? to = null) =>
        (await Should.ThrowAsync<ApprovalException>(ActAsync(approval, action, by, version, reason, data, to))).Code;

    public async Task<List<string>> ReadKindsAsync(int count) => [.. (await Agents.ReadAsync(ApprovalQueues.Topic, count)).Select(told => told.Type)];

    /// <summary>Moves the clock on when the timer is set, which may be a moment after its approval can be seen.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await Time.WhenTimerIsSetAsync(by < TimeSpan.FromMinutes(1) ? by : TimeSpan.FromMinutes(1));
        Time.Advance(by);
    }

    public ValueTask DisposeAsync() => Agents.DisposeAsync();

    public static ApprovalRequest RequestOf(string id = "e-1", string data = """{"text":"Buy now","price":12}""")
    {
        var held = new CloudEvent
        {
            Id = id,
            Source = "/agents/writer",
            Type = "pitch.generated",
            Time = new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero),
            Subject = "lead-7",
            CorrelationId = "conversation-1",
            DataContentType = "application/json",
            Data = Encoding.UTF8.GetBytes(data),
        };
        return new ApprovalRequest
        {
            Id = ApprovalRequests.IdOf(held, "approve"),
            Queue = "sales.pitches",
            Event = held,
            Key = Encoding.UTF8.GetBytes("lead-7"),
            ApprovedTopic = "pitches.approved",
            Channel = "pitches",
            Stage = "approve",
            Rule = "all",
            Reason = "all pitches are looked at",
            Fallback = new ApprovalFallback("pitches.answers", new CloudEvent { Id = $"{id}-no", Source = "/tests", Type = "answer", DataContentType = "text/plain", Data = "Sorry."u8.ToArray() }),
        };
    }
}
