using System.Globalization;
using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers;
using Ganglion.Events;

namespace FaultProcess;

/// <summary>People who decide about payments: in each run somebody else. What he was told that he has decided is noted.</summary>
internal sealed class Decisions(ApprovalQueues queues, IEventBroker broker, Effects decided)
{
    /// <summary>How many payments there are.</summary>
    private const int Count = 24;

    private static readonly ApprovalAction[] Actions = [ApprovalAction.Approve, ApprovalAction.Reject, ApprovalAction.Edit];

    /// <summary>Holds up all payments.</summary>
    public async Task AskAsync()
    {
        await using IEventProducer producer = await broker.CreateProducerAsync();
        for (int number = 0; number < Count; number++)
        {
            foreach (ProducerRecord record in ApprovalRequests.Create(RequestOf(number), "/tests", TimeProvider.System))
            {
                await producer.AppendAsync(record);
            }
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while ((await queues.ListAsync()).Items.Count < Count)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Decides about what waits, one payment after the other, and then about all: of those he is told that somebody has decided.</summary>
    public async Task DecideAsync(string by)
    {
        ApprovalPage waiting = await queues.ListAsync();
        foreach (int number in Enumerable.Range(0, Count).OrderByDescending(number => waiting.Items.Any(item => item.Id == IdOf(number))))
        {
            await DecideAsync(number, by);
        }
    }

    private async Task DecideAsync(int number, string by)
    {
        var command = new ApprovalCommand(IdOf(number), ActionOf(number))
        {
            By = by,
            Version = 1,
            Data = ActionOf(number) == ApprovalAction.Edit ? JsonSerializer.SerializeToElement(new { amount = -number }) : null,
        };
        try
        {
            await queues.ActAsync(command);
            await decided.DoAsync(by, number, $"{command.Action}");
        }
        catch (ApprovalException exception) when (exception.Code == "approval-decided")
        {
        }
    }

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"payment-{number}");

    private static ApprovalAction ActionOf(int number) => Actions[number % Actions.Length];

    private static ApprovalRequest RequestOf(int number) => new()
    {
        Id = IdOf(number),
        Queue = "payments",
        Event = EventOf(IdOf(number), new { amount = number }),
        Key = Encoding.UTF8.GetBytes(IdOf(number)),
        ApprovedTopic = "payments.approved",
        Fallback = new ApprovalFallback("payments.refused", EventOf($"{IdOf(number)}/refused", new { refused = true })),
    };

    private static CloudEvent EventOf<T>(string id, T data) => new("payment", "/tests", TimeProvider.System)
    {
        Id = id,
        DataContentType = "application/json",
        Data = JsonSerializer.SerializeToUtf8Bytes(data),
    };
}
