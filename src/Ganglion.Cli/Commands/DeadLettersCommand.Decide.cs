using System.CommandLine;
using Ganglion.AspNetCore.DeadLetters;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

internal sealed partial class DeadLettersCommand
{
    // How many are decided about with one request: what comes back is kept until all are done.
    private const int MaxLetters = 500;

    private static Option<bool> YesOption() => new("--yes") { Description = "Do it; without this, what would be done is told" };

    private static Option<string?> ReasonOption() => new("--reason") { Description = "Why, for the record", HelpName = "TEXT" };

    private Command CreateRedriveCommand()
    {
        var redrive = new Command("redrive", "Send events again: to the agent that could not handle them, or where they came from");
        DeadLetterChoice choice = DeadLetterChoice.ToDecide(redrive);
        var to = new Option<string?>("--to") { Description = "Another topic, such as the one they came from, for all of its groups", HelpName = "TOPIC" };
        var value = new Option<string?>("--value") { Description = "Other data, for one letter", HelpName = "V" };
        var file = new Option<string?>("--value-file") { Description = "Other data from a file; - is the input", HelpName = "FILE" };
        Option<bool> yes = YesOption();
        Option<string?> reason = ReasonOption();
        Option<bool> json = Listing.JsonOption();
        redrive.Add(to);
        redrive.Add(value);
        redrive.Add(file);
        redrive.Add(yes);
        redrive.Add(reason);
        redrive.Add(json);
        redrive.Validators.Add(command =>
        {
            if (command.GetValue(value) is not null && command.GetValue(file) is not null)
            {
                command.AddError("--value and --value-file exclude one another.");
            }
        });
        redrive.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            IReadOnlyList<string> ids = await choice.FindIdsAsync(api, command, cancellationToken).ConfigureAwait(false);
            byte[]? data = await ReadDataAsync(command.GetValue(file), cancellationToken).ConfigureAwait(false);
            if (ids.Count != 1 && (data is not null || command.GetValue(value) is not null))
            {
                throw new CliException($"Other data are for one letter, and these are {ids.Count}.");
            }

            var wanted = new RedriveRequest([])
            {
                To = command.GetValue(to),
                Data = command.GetValue(value),
                DataBase64 = data,
                Execute = command.GetValue(yes),
                By = Environment.UserName,
                Reason = command.GetValue(reason),
            };
            await DecideAsync(
                ids,
                chunk => api.PostAsync("dead-letters/redrive", wanted with { Letters = chunk }, ApiJson.Wire.RedriveRequest, ApiJson.Wire.DecisionResult, cancellationToken),
                "redriven",
                command.GetValue(yes),
                command.GetValue(json)).ConfigureAwait(false);
        }));
        return redrive;
    }

    private Command CreateDiscardCommand()
    {
        var discard = new Command("discard", "Give them up: they stay where they are, and are no longer listed");
        DeadLetterChoice choice = DeadLetterChoice.ToDecide(discard);
        Option<bool> yes = YesOption();
        Option<string?> reason = ReasonOption();
        Option<bool> json = Listing.JsonOption();
        discard.Add(yes);
        discard.Add(reason);
        discard.Add(json);
        discard.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            IReadOnlyList<string> ids = await choice.FindIdsAsync(api, command, cancellationToken).ConfigureAwait(false);
            var wanted = new DiscardRequest([]) { Execute = command.GetValue(yes), By = Environment.UserName, Reason = command.GetValue(reason) };
            await DecideAsync(
                ids,
                chunk => api.PostAsync("dead-letters/discard", wanted with { Letters = chunk }, ApiJson.Wire.DiscardRequest, ApiJson.Wire.DecisionResult, cancellationToken),
                "discarded",
                command.GetValue(yes),
                command.GetValue(json)).ConfigureAwait(false);
        }));
        return discard;
    }

    private async Task DecideAsync(
        IReadOnlyList<string> ids, Func<string[], Task<DecisionResult>> decide, string done, bool execute, bool json)
    {
        var table = new TextTable("ID", "TO", "NOW AT");
        OutcomeView? refused = null;
        int refusals = 0;
        foreach (string[] chunk in ids.Chunk(MaxLetters))
        {
            DecisionResult result = await decide(chunk).ConfigureAwait(false);
            foreach (OutcomeView outcome in result.Outcomes)
            {
                refusals += outcome.Problem is null ? 0 : 1;
                refused ??= outcome.Problem is null ? null : outcome;
                table.Add(
                    outcome.Id,
                    outcome.Problem?.Code ?? outcome.To ?? "-",
                    outcome.At is { } at ? $"{at.Topic}-{Listing.Number(at.Partition)}@{Listing.Number(at.Offset)}" : "-");
            }

            if (json)
            {
                Listing.WriteJson(_terminal, result.Outcomes, ApiJson.Wire.OutcomeView);
            }
        }

        if (!json)
        {
            table.WriteTo(_terminal);
            int count = ids.Distinct().Count() - refusals;
            string letters = $"{Listing.Number(count)} dead letter{(count == 1 ? "" : "s")}";
            _terminal.WriteLine(execute ? $"{letters} {done}" : $"{letters} would be {done}; --yes does it");
        }

        if (refused is not null)
        {
            await _terminal.FlushAsync().ConfigureAwait(false);
            throw new CliException($"{Listing.Number(refusals)} of {Listing.Number(ids.Count)} cannot be {done}: {refused.Problem!.Detail}");
        }
    }

    private async Task<byte[]?> ReadDataAsync(string? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return null;
        }

        if (file is not "-")
        {
            return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }

        using var data = new MemoryStream();
        await _terminal.Input.CopyToAsync(data, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        return data.ToArray();
    }
}
