using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion guard replay</c></summary>
internal sealed class GuardReplayCommand : Command
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _name = new("name") { Description = "The guard, as the host knows it; with --kind, what it is to be called" };

    private readonly Option<string?> _channel = new("--channel") { Description = "Judge what was published to this channel", HelpName = "CHANNEL" };

    private readonly Option<string?> _topic = new("--topic") { Description = "Judge what lies in this topic", HelpName = "TOPIC" };

    private readonly Option<string?> _version = new("--version") { Description = "Which version of the guard [default: the one that was added last]", HelpName = "VERSION" };

    private readonly Option<string?> _kind = new("--kind") { Description = "A guard of this kind, instead of one that the host has", HelpName = "KIND" };

    private readonly Option<string?> _settings = new("--settings") { Description = "The settings of the kind", HelpName = "JSON" };

    private readonly Option<string?> _against = new("--against")
    {
        Description = "The version that it is compared with [default: the one that the channel's route has, else that all pass]",
        HelpName = "VERSION",
    };

    private readonly Option<string?> _since = new("--since")
    {
        Description = "From this time on, such as 2026-01-31T12:00:00Z, from so long ago, such as 7d, or from this offset [default: earliest]",
        HelpName = "TIME",
    };

    private readonly Option<bool> _all = new("--all") { Description = "Tell also those of which both say the same" };

    private readonly Option<bool> _json = Listing.JsonOption();

    private int _shown;

    public GuardReplayCommand(Terminal terminal, Connection connection)
        : base("replay", "Let a guard of a host judge past events, and list what it would have decided otherwise; nothing changes")
    {
        _terminal = terminal;
        Add(_name);
        Add(_channel);
        Add(_topic);
        Add(_version);
        Add(_kind);
        Add(_settings);
        Add(_against);
        Add(_since);
        Add(_all);
        Add(_json);
        Validators.Add(Validate);
        SetAction(connection.Use(RunAsync));
    }

    private void Validate(CommandResult command)
    {
        if (command.GetValue(_channel) is null == command.GetValue(_topic) is null)
        {
            command.AddError("Name a --channel, or a --topic.");
        }

        if (command.GetValue(_kind) is not null && command.GetValue(_version) is not null)
        {
            command.AddError("--kind and --version exclude one another.");
        }

        if (command.GetValue(_kind) is null && command.GetValue(_settings) is not null)
        {
            command.AddError("--settings need the --kind that they are for.");
        }
    }

    private async Task RunAsync(ApiClient api, ParseResult command, CancellationToken cancellationToken)
    {
        GuardReplaySummary? end = null;
        bool hasEvents = false;
        string path = $"guards/{ApiClient.Segment(command.GetRequiredValue(_name))}/replay";
        await foreach (byte[] text in api.PostLinesAsync(path, RequestOf(command), ApiJson.Wire.GuardReplayRequest, cancellationToken).ConfigureAwait(false))
        {
            GuardReplayLine line = JsonSerializer.Deserialize(text, ApiJson.Wire.GuardReplayLine)!;
            if (line.Problem is { } problem)
            {
                ClearProgress();
                throw new CliException(problem.Detail);
            }

            if (line.Summary is { IsOver: false } soFar)
            {
                await _terminal.FlushAsync().ConfigureAwait(false);
                ShowProgress(soFar);
                continue;
            }

            end = line.Summary;
            ClearProgress();
            if (command.GetValue(_json))
            {
                _terminal.WriteJson(text);
            }
            else if (line.Event is { } one)
            {
                hasEvents = true;
                _terminal.WriteLine($"{one.Topic}-{one.Partition}@{one.Offset}  {one.Id ?? "-"}  {one.Key ?? "-"}  {Described(one.Now)} → {Described(one.Then)}");
            }
        }

        if (end is null)
        {
            throw new CliException("The host has ended before the last event was judged.");
        }

        if (!command.GetValue(_json))
        {
            WriteSummary(end, hasEvents);
        }
    }

    private GuardReplayRequest RequestOf(ParseResult command) => new()
    {
        Channel = command.GetValue(_channel),
        Topic = command.GetValue(_topic),
        Version = command.GetValue(_version),
        Kind = command.GetValue(_kind),
        Settings = command.GetValue(_settings) is { } settings ? ParseSettings(settings) : null,
        Against = command.GetValue(_against),
        Since = command.GetValue(_since),
        All = command.GetValue(_all),
    };

    private static JsonElement ParseSettings(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException wrong)
        {
            throw new CliException($"--settings is no JSON: {wrong.Message}", wrong);
        }
    }

    private static string Described(ReplayedVerdictView verdict) => verdict.Reason is { } reason ? $"{verdict.Verdict} ({reason})" : verdict.Verdict;

    private void WriteSummary(GuardReplaySummary summary, bool hasEvents)
    {
        if (hasEvents)
        {
            _terminal.WriteLine("");
        }

        if (summary.Verdicts.Count > 0)
        {
            var table = new TextTable("VERDICT", TextColumn.Number("NOW"), TextColumn.Number("THEN"));
            foreach (VerdictCountView count in summary.Verdicts)
            {
                table.Add(count.Verdict, Listing.Number(count.Now), Listing.Number(count.Then));
            }

            table.WriteTo(_terminal);
        }

        string now = summary.Now is { } version ? $"the version {version}" : "nobody, so that all pass";
        _terminal.WriteLine($"{Told(summary)}; now: {now}, then: the version {summary.Then}. Nothing has changed.");
    }

    private static string Told(GuardReplaySummary summary) =>
        string.Create(CultureInfo.InvariantCulture, $"{summary.Events} events judged, {summary.Different} otherwise");

    // One line that is written over again and again, until there is something to say in its place.
    private void ShowProgress(GuardReplaySummary summary)
    {
        if (_terminal.IsInteractive)
        {
            string told = Told(summary) + " …";
            _terminal.Error.Write("\r" + told);
            _shown = told.Length;
        }
    }

    private void ClearProgress()
    {
        if (_shown > 0)
        {
            _terminal.Error.Write("\r" + new string(' ', _shown) + "\r");
            _shown = 0;
        }
    }
}
