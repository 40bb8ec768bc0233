using System.CommandLine;
using System.Globalization;
using Ganglion.AspNetCore.Oversight;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

/// <summary><c>ganglion pause</c>, <c>ganglion resume</c> and <c>ganglion pauses</c></summary>
internal static class PauseCommands
{
    /// <summary><c>ganglion pause TARGET</c></summary>
    public static Command CreatePause(Terminal terminal, Connection connection)
    {
        Argument<string> target = TargetArgument();
        Option<string?> reason = ReasonOption();
        var pause = new Command("pause", "Pause an agent, a channel, or everything: events wait, and nothing is lost") { target, reason };
        pause.SetAction(connection.Use(async (api, command, cancellationToken) =>
        {
            PauseView begun = await api.PostAsync(
                "pauses", RequestOf(command, target, reason), ApiJson.Wire.PauseRequest, ApiJson.Wire.PauseView, cancellationToken).ConfigureAwait(false);
            terminal.WriteLine($"Paused since {Written(begun.Since)}: {begun.Target}. 'ganglion resume {begun.Target}' ends it.");
        }));
        return pause;
    }

    /// <summary><c>ganglion resume TARGET</c></summary>
    public static Command CreateResume(Terminal terminal, Connection connection)
    {
        Argument<string> target = TargetArgument();
        Option<string?> reason = ReasonOption();
        var resume = new Command("resume", "End a pause: events are handled again, from the first that was not") { target, reason };
        resume.SetAction(connection.Use(async (api, command, cancellationToken) =>
        {
            ResumeResult ended = await api.PostAsync(
                "pauses/resume", RequestOf(command, target, reason), ApiJson.Wire.PauseRequest, ApiJson.Wire.ResumeResult, cancellationToken)
                .ConfigureAwait(false);
            terminal.WriteLine(ended.WasPaused ? $"No longer paused: {ended.Target}." : $"Was not paused: {ended.Target}. 'ganglion pauses' shows what is.");
        }));
        return resume;
    }

    /// <summary><c>ganglion pauses</c></summary>
    public static Command CreateList(Terminal terminal, Connection connection)
    {
        Option<bool> json = Listing.JsonOption();
        var list = new Command("pauses", "List what is paused, since when, by whom and why") { json };
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
                table.Add(pause.Target, Written(pause.Since), pause.By ?? "-", pause.Reason ?? "-");
            }

            table.WriteTo(terminal);
        }));
        return list;
    }

    private static Argument<string> TargetArgument() => new("target") { Description = "agent:NAME, channel:NAME or all" };

    private static Option<string?> ReasonOption() => new("--reason") { Description = "Why, for the record", HelpName = "TEXT" };

    private static PauseRequest RequestOf(ParseResult command, Argument<string> target, Option<string?> reason) =>
        new(command.GetRequiredValue(target)) { By = Environment.UserName, Reason = command.GetValue(reason) };

    private static string Written(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
