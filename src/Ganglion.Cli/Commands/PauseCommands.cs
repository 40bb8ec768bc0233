using System.CommandLine;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion pause</c>, <c>ganglion resume</c>, <c>ganglion pauses</c> and <c>ganglion pauses history</c></summary>
internal static class PauseCommands
{
    /// <summary><c>ganglion pause TARGET</c></summary>
    public static Command CreatePause(Terminal terminal, Connection connection) => CreatePause(
        terminal, connection, new("pause", "Pause an agent, a channel, a tier, or everything: events wait, and nothing is lost"), TargetArgument(), target => target);

    /// <summary><c>ganglion resume TARGET</c></summary>
    public static Command CreateResume(Terminal terminal, Connection connection) => CreateResume(
        terminal, connection, new("resume", "End a pause: events are handled again, from the first that was not"), TargetArgument(), target => target);

    /// <summary><c>ganglion routes pause CHANNEL</c></summary>
    public static Command CreatePauseOfChannel(Terminal terminal, Connection connection) => CreatePause(
        terminal, connection, new("pause", "Pause a channel: its events wait, before the stages and before its agents"), ChannelArgument(), TargetOf);

    /// <summary><c>ganglion routes resume CHANNEL</c></summary>
    public static Command CreateResumeOfChannel(Terminal terminal, Connection connection) => CreateResume(
        terminal, connection, new("resume", "End the pause of a channel"), ChannelArgument(), TargetOf);

    /// <summary><c>ganglion pauses</c></summary>
    public static Command CreateList(Terminal terminal, Connection connection)
    {
        Option<bool> json = Listing.JsonOption();
        var list = new Command("pauses", "List what is paused, since when, by whom and why") { json, CreateHistory(terminal, connection) };
        list.SetAction(connection.Use(async (api, command, cancellationToken) =>
        {
            PauseList pauses = await api.GetAsync("pauses", ApiJson.Wire.PauseList, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(terminal, pauses.Pauses, ApiJson.Wire.PauseView);
                return;
            }

            var table = new TextTable("PAUSED", "SINCE", "BY", "REASON");
            foreach (PauseView pause in pauses.Pauses)
            {
                table.Add(pause.Target, Listing.Time(pause.Since), pause.By ?? "-", pause.Reason ?? "-");
            }

            table.WriteTo(terminal);
        }));
        return list;
    }

    private static Command CreateHistory(Terminal terminal, Connection connection)
    {
        Argument<string?> target = new("target") { Description = "Of what: agent:NAME, channel:NAME, tier:NAME or all", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = Listing.JsonOption();
        var history = new Command("history", "List who has paused what and ended which pauses, when and why") { target, json };
        history.SetAction(connection.Use(async (api, command, cancellationToken) =>
        {
            string query = command.GetValue(target) is { } named ? "?target=" + Uri.EscapeDataString(named) : "";
            PauseChangeList changes = await api.GetAsync("pauses/changes" + query, ApiJson.Wire.PauseChangeList, cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                Listing.WriteJson(terminal, changes.Changes, ApiJson.Wire.PauseChangeView);
                return;
            }

            var table = new TextTable("AT", "BY", "CHANGE", "TARGET", "REASON");
            foreach (PauseChangeView change in changes.Changes)
            {
                string done = change is { IsPaused: true, CancelsWork: true } ? "paused, work cancelled" : change.IsPaused ? "paused" : "resumed";
                table.Add(Listing.Time(change.At), change.By ?? "-", done, change.Target, change.Reason ?? "-");
            }

            table.WriteTo(terminal);
        }));
        return history;
    }

    private static Command CreatePause(Terminal terminal, Connection connection, Command pause, Argument<string> named, Func<string, string> targetOf)
    {
        Option<string?> reason = ReasonOption();
        Option<bool> cancel = new("--cancel") { Description = "Cancel what is in hand, and begin it anew after the pause; otherwise it finishes" };
        pause.Add(named);
        pause.Add(reason);
        pause.Add(cancel);
        pause.SetAction(connection.Use(async (api, command, cancellationToken) =>
        {
            PauseRequest request = RequestOf(command, targetOf(command.GetRequiredValue(named)), reason) with { CancelWork = command.GetValue(cancel) };
            PauseView begun = await api.PostAsync("pauses", request, ApiJson.Wire.PauseRequest, ApiJson.Wire.PauseView, cancellationToken).ConfigureAwait(false);
            terminal.WriteLine($"Paused since {Listing.Time(begun.Since)}: {begun.Target}. 'ganglion resume {begun.Target}' ends it.");
            if (begun.CancelsWork)
            {
                terminal.WriteLine("What was in hand is cancelled, and begun anew then.");
            }
        }));
        return pause;
    }

    private static Command CreateResume(Terminal terminal, Connection connection, Command resume, Argument<string> named, Func<string, string> targetOf)
    {
        Option<string?> reason = ReasonOption();
        resume.Add(named);
        resume.Add(reason);
        resume.SetAction(connection.Use(async (api, command, cancellationToken) =>
        {
            ResumeResult ended = await api.PostAsync(
                "pauses/resume", RequestOf(command, targetOf(command.GetRequiredValue(named)), reason), ApiJson.Wire.PauseRequest, ApiJson.Wire.ResumeResult, cancellationToken)
                .ConfigureAwait(false);
            terminal.WriteLine(ended.WasPaused ? $"No longer paused: {ended.Target}." : $"Was not paused: {ended.Target}. 'ganglion pauses' shows what is.");
        }));
        return resume;
    }

    private static Argument<string> ChannelArgument() => new("channel") { Description = "The channel, as code names it" };

    private static string TargetOf(string channel) => "channel:" + channel;

    private static Argument<string> TargetArgument() => new("target") { Description = "agent:NAME, channel:NAME, tier:NAME or all" };

    private static Option<string?> ReasonOption() => new("--reason") { Description = "Why, for the record", HelpName = "TEXT" };

    private static PauseRequest RequestOf(ParseResult command, string target, Option<string?> reason) =>
        new(target) { By = Environment.UserName, Reason = command.GetValue(reason) };
}
