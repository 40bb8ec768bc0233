using System.CommandLine;
using System.Text.Json;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion guard differences</c></summary>
internal sealed class GuardDifferencesCommand : Command
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _name = new("name") { Description = "The guard, or its shadow" };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "From this time on, such as 2026-01-31T12:00:00Z, or from so long ago, such as 7d [default: earliest]",
        HelpName = "TIME",
    };

    private readonly Option<bool> _json = Listing.JsonOption();

    public GuardDifferencesCommand(Terminal terminal, Connection connection)
        : base("differences", "List where a guard and its shadow have judged differently")
    {
        _terminal = terminal;
        Add(_name);
        Add(_since);
        Add(_json);
        SetAction(connection.Use(RunAsync));
    }

    private async Task RunAsync(ApiClient api, ParseResult command, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(string Guard, string Shadow, string Verdict, string ShadowVerdict), long>();
        string since = command.GetValue(_since) is { } from ? "?since=" + ApiClient.Segment(from) : "";
        string path = $"guards/{ApiClient.Segment(command.GetRequiredValue(_name))}/differences{since}";
        await foreach (byte[] line in api.GetLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            if (command.GetValue(_json))
            {
                _terminal.WriteJson(line);
                continue;
            }

            ShadowDifferenceView one = JsonSerializer.Deserialize(line, ApiJson.Wire.ShadowDifferenceView)!;
            _terminal.WriteLine($"{one.Topic}-{one.Partition}@{one.Offset}  {one.EventId}  {Described(one.Guard)} → {Described(one.Shadow)}");
            (string, string, string, string) kind = (NameOf(one.Guard), NameOf(one.Shadow), one.Guard.Verdict, one.Shadow.Verdict);
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
        }

        if (!command.GetValue(_json))
        {
            WriteSummary(counts);
        }
    }

    private void WriteSummary(Dictionary<(string Guard, string Shadow, string Verdict, string ShadowVerdict), long> counts)
    {
        if (counts.Count == 0)
        {
            _terminal.WriteLine("No differences were told.");
            return;
        }

        _terminal.WriteLine("");
        var table = new TextTable("GUARD", "VERDICT", "SHADOW", "VERDICT", TextColumn.Number("EVENTS"));
        foreach (((string guard, string shadow, string verdict, string shadowVerdict), long events) in counts.OrderByDescending(one => one.Value))
        {
            table.Add(guard, verdict, shadow, shadowVerdict, Listing.Number(events));
        }

        table.WriteTo(_terminal);
    }

    private static string NameOf(ShadowVerdictView judged) => $"{judged.Guard} {judged.Version}";

    private static string Described(ShadowVerdictView judged) => judged.Reason is { } reason ? $"{judged.Verdict} ({reason})" : judged.Verdict;
}
