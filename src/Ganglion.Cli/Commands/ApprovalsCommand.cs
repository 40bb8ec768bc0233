using System.CommandLine;
using System.Globalization;
using Ganglion.AspNetCore.Approvals;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion approvals list|show|claim|release|approve|reject|edit|comment|escalate|stats|queues</c></summary>
internal sealed partial class ApprovalsCommand : Command
{
    private const int DefaultMax = 100;

    private readonly Terminal _terminal;
    private readonly Connection _connection;

    public ApprovalsCommand(Terminal terminal, Connection connection)
        : base("approvals", "Show what waits for a person, and decide")
    {
        _terminal = terminal;
        _connection = connection;
        Add(CreateListCommand());
        Add(CreateShowCommand());
        Add(CreateManyCommand("claim", "Take some: for a while nobody else decides", "claimed"));
        Add(CreateManyCommand("release", "Give some back", "released"));
        Add(CreateManyCommand("approve", "Let events go on", "approved"));
        Add(CreateManyCommand("reject", "Stop events, and answer their fallbacks", "rejected"));
        Add(CreateEditCommand());
        Add(CreateCommentCommand());
        Add(CreateManyCommand("escalate", "Hand some to another queue", "handed over"));
        Add(CreateStatsCommand());
        Add(CreateQueuesCommand());
    }

    private static string PathOf(string id, string action = "") => $"approvals/{ApiClient.Segment(id)}{action}";

    private Command CreateListCommand()
    {
        var list = new Command("list", "List those that nobody has decided about, the oldest first");
        ApprovalChoice choice = ApprovalChoice.ToList(list);
        var status = new Option<string>("--status") { Description = "pending (the default), approved or rejected", HelpName = "S" };
        var by = new Option<string?>("--by") { Description = "Those that this person has claimed or decided", HelpName = "NAME" };
        var max = new Option<int?>("--max") { Description = $"How many at most; {DefaultMax} by default", HelpName = "N" };
        Option<bool> json = Listing.JsonOption();
        status.AcceptOnlyFromAmong("pending", "approved", "rejected");
        max.Validators.Add(NumberRange.Of(1, int.MaxValue));
        list.Add(status);
        list.Add(by);
        list.Add(max);
        list.Add(json);
        list.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            var table = new TextTable("ID", TextColumn.Number("VERSION"), "QUEUE", "SINCE", "EVENT", "AGENT", "RULE", "CLAIMED BY", "REASON");
            int left = command.GetValue(max) ?? DefaultMax;
            string? next = null;
            do
            {
                string query = choice.QueryIn(
                    command, ("status", command.GetValue(status)), ("by", command.GetValue(by)), ("from", next), ("limit", Listing.Number(Math.Min(left, 1_000))));
                ApprovalList page = await api.GetAsync($"approvals?{query}", ApiJson.Wire.ApprovalList, cancellationToken).ConfigureAwait(false);
                left -= page.Approvals.Count;
                next = page.Next;
                if (command.GetValue(json))
                {
                    Listing.WriteJson(_terminal, page.Approvals, ApiJson.Wire.ApprovalView);
                    continue;
                }

                foreach (ApprovalView one in page.Approvals)
                {
                    table.Add(
                        one.Id, Listing.Number(one.Version), one.Queue, Listing.Time(one.Since), one.EventType, one.Agent ?? "-", one.Rule ?? "-",
                        one.ClaimedBy ?? one.DecidedBy ?? "-", one.Reason ?? "-");
                }
            }
            while (next is not null && left > 0);

            if (!command.GetValue(json))
            {
                table.WriteTo(_terminal);
            }

            if (next is not null)
            {
                _terminal.WriteError("There are more (--max).");
            }
        }));
        return list;
    }

    private Command CreateStatsCommand()
    {
        Option<bool> json = Listing.JsonOption();
        var stats = new Command("stats", "Show how often people had to step in, how long it took, and how often they said otherwise than the agent") { json };
        stats.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            ApprovalStatsList measured = await api.GetAsync("approvals/stats", ApiJson.Wire.ApprovalStatsList, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(_terminal, measured.Stats, ApiJson.Wire.ApprovalStatsView);
                return;
            }

            var table = new TextTable(
                "AGENT", "RULE", TextColumn.Number("HELD UP"), TextColumn.Number("PENDING"), TextColumn.Number("APPROVED"), TextColumn.Number("EDITED"),
                TextColumn.Number("REJECTED"), TextColumn.Number("BY DEFAULT"), TextColumn.Number("OVERRULED"), TextColumn.Number("MEDIAN"));
            foreach (ApprovalStatsView one in measured.Stats)
            {
                table.Add(
                    one.Agent, one.Rule, Listing.Number(one.Requested), Listing.Number(one.Pending), Listing.Number(one.Approved), Listing.Number(one.Edited),
                    Listing.Number(one.Rejected), Listing.Number(one.ByDefault), one.Overruled.ToString("0%", CultureInfo.InvariantCulture),
                    one.MedianSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0}s") : "-");
            }

            table.WriteTo(_terminal);
        }));
        return stats;
    }

    private Command CreateQueuesCommand()
    {
        Option<bool> json = Listing.JsonOption();
        var queues = new Command("queues", "List the queues in which something is pending") { json };
        queues.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            QueueList found = await api.GetAsync("queues", ApiJson.Wire.QueueList, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(_terminal, found.Queues, ApiJson.Wire.QueueView);
                return;
            }

            var table = new TextTable("QUEUE", TextColumn.Number("PENDING"), "OLDEST", "TEAM");
            foreach (QueueView queue in found.Queues)
            {
                table.Add(queue.Queue, Listing.Number(queue.Pending), Listing.Time(queue.Oldest), queue.Team ?? "-");
            }

            table.WriteTo(_terminal);
        }));
        return queues;
    }
}
