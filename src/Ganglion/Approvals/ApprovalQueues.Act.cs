using System.Runtime.InteropServices;
using System.Text.Json;
using Ganglion.Events;

namespace Ganglion.Approvals;

public sealed partial class ApprovalQueues
{
    /// <summary>
    /// Does what a person wants. It is decided by the approval itself, in the order of everything else that happens to it: of two who decide at once,
    /// one does, and the other is told.
    /// </summary>
    /// <param name="command">What.</param>
    /// <param name="cancellationToken">Gives up waiting; it may be done nevertheless.</param>
    /// <returns>What has become of it. Once this is returned it is on the log, and so is what follows from it.</returns>
    /// <exception cref="ApprovalException">It is refused; the code says why.</exception>
    /// <exception cref="GanglionException">No host on the broker has added approvals (<c>undeliverable</c>), or none has answered (<c>request-timeout</c>).</exception>
    public async ValueTask<ApprovalOutcome> ActAsync(ApprovalCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (_send is null)
        {
            throw new ApprovalException("approval-read-only", "Approvals are decided by a host that runs agents on this broker: ask one.");
        }

        if (!ApprovalRequests.IsName(command.Id))
        {
            throw new ApprovalException("approval-not-found", $"There is no approval '{command.Id}'.");
        }

        if (command.Data is { } data && BrokenText.IsIn(JsonMarshal.GetRawUtf8Value(data)))
        {
            throw new ApprovalException("approval-edit-invalid", "The edit is refused: a text in the data has half of a surrogate pair.");
        }

        JsonElement answer = await _send(command, cancellationToken).ConfigureAwait(false);
        ApprovalReply reply = answer.Deserialize(ApprovalJson.Wire.ApprovalReply)!;
        return reply.Code is { } code
            ? throw new ApprovalException(code, reply.Message ?? code)
            : new ApprovalOutcome(command.Id)
            {
                Status = reply.Status,
                Version = reply.Version,
                NeedsAnother = reply.NeedsAnother,
                ClaimedUntil = reply.ClaimedUntil,
            };
    }

    /// <summary>Does what a person wants about many approvals, each by itself: what is refused for one holds up no other.</summary>
    /// <param name="commands">What; at most <see cref="MaxPageItems"/>.</param>
    /// <param name="cancellationToken">Gives up; what is done by then stays.</param>
    /// <returns>What has become of each, in the same order.</returns>
    public async ValueTask<IReadOnlyList<ApprovalOutcome>> ActAsync(
        IReadOnlyList<ApprovalCommand> commands, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commands);
        if (commands.Count > MaxPageItems)
        {
            throw new ApprovalException("approval-command-malformed", $"At most {MaxPageItems} approvals are decided about at once, not {commands.Count}.");
        }

        var outcomes = new ApprovalOutcome[commands.Count];
        await Parallel.ForAsync(
            0,
            commands.Count,
            new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                try
                {
                    outcomes[i] = await ActAsync(commands[i], token).ConfigureAwait(false);
                }
                catch (GanglionException refusal)
                {
                    outcomes[i] = new ApprovalOutcome(commands[i].Id) { Problem = refusal };
                }
            }).ConfigureAwait(false);
        return outcomes;
    }
}
