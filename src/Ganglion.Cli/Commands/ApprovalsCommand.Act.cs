using System.CommandLine;
using System.Text.Json;
using Ganglion.AspNetCore.Approvals;
using Ganglion.AspNetCore.Requests;
using Ganglion.Cli.Client;
using Ganglion.Cli.Output;

namespace Ganglion.Cli.Commands;

internal sealed partial class ApprovalsCommand
{
    private static Option<string> ByOption() => new("--by") { Description = "Who you are, where nobody else says so; by default the user's name", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };

    private static Option<string?> ReasonOption() => new("--reason") { Description = "Why, for the record", HelpName = "TEXT" };

    private Command CreateManyCommand(string action, string description, string done)
    {
        var many = new Command(action, description);
        ApprovalChoice choice = ApprovalChoice.ToDecide(many);
        Option<string> by = ByOption();
        Option<string?> reason = ReasonOption();
        var yes = new Option<bool>("--yes") { Description = "Do it to all that are narrowed; without this, what would be done is told" };
        Option<bool> json = Listing.JsonOption();
        var to = new Option<string?>("--to") { Description = "The queue", HelpName = "Q", Required = true };
        var time = new Option<string?>("--for") { Description = "For how long, as in 30m", HelpName = "TIME" };
        many.Add(by);
        many.Add(reason);
        many.Add(yes);
        many.Add(json);
        if (action == "escalate")
        {
            many.Add(to);
        }
        else if (action == "claim")
        {
            many.Add(time);
        }

        many.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            string[]? named = choice.NamedIn(command);
            var wanted = new ApprovalBatchRequest(action)
            {
                Ids = named,
                Filter = named is null ? choice.FilterIn(command) : null,
                Execute = named is not null || command.GetValue(yes),
                By = command.GetValue(by),
                Reason = command.GetValue(reason),
                To = action == "escalate" ? command.GetValue(to) : null,
                For = action == "claim" ? command.GetValue(time) : null,
            };
            ApprovalBatchResult result = await api.PostAsync(
                "approvals/batch", wanted, ApiJson.Wire.ApprovalBatchRequest, ApiJson.Wire.ApprovalBatchResult, cancellationToken).ConfigureAwait(false);
            await TellAsync(result, done, command.GetValue(json)).ConfigureAwait(false);
        }));
        return many;
    }

    private Command CreateEditCommand()
    {
        var id = new Argument<string>("id") { Description = "The approval, as list shows it; ID@VERSION says which version you have looked at" };
        var value = new Option<string?>("--value") { Description = "The new data: JSON where the event's data are, else a text", HelpName = "V" };
        var file = new Option<string?>("--value-file") { Description = "The new data from a file; - is the input", HelpName = "FILE" };
        Option<string> by = ByOption();
        Option<string?> reason = ReasonOption();
        Option<bool> json = Listing.JsonOption();
        var edit = new Command("edit", "Let an event go on with other data") { id, value, file, by, reason, json };
        edit.Validators.Add(command =>
        {
            if (command.GetValue(value) is null == command.GetValue(file) is null)
            {
                command.AddError("Give the new data by --value or by --value-file.");
            }
        });
        edit.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            (string approval, int? version) = Split(command.GetRequiredValue(id));
            using JsonDocument details = JsonDocument.Parse(
                await api.GetBytesAsync(PathOf(approval), cancellationToken).ConfigureAwait(false), new JsonDocumentOptions { MaxDepth = 128 });
            string text = command.GetValue(value) ?? await ReadTextAsync(command.GetValue(file)!, cancellationToken).ConfigureAwait(false);
            var wanted = new ApprovalActRequest
            {
                By = command.GetValue(by),
                Version = version ?? details.RootElement.GetProperty("approval").GetProperty("version").GetInt32(),
                Reason = command.GetValue(reason),
                Data = DataOf(text, details.RootElement.GetProperty("event")),
            };
            await ActAsync(api, approval, "edit", wanted, command.GetValue(json), cancellationToken).ConfigureAwait(false);
        }));
        return edit;
    }

    private Command CreateCommentCommand()
    {
        var id = new Argument<string>("id") { Description = "The approval, as list shows it" };
        var text = new Argument<string>("text") { Description = "What is to be said" };
        Option<string> by = ByOption();
        Option<bool> json = Listing.JsonOption();
        var comment = new Command("comment", "Say something about one, for whoever decides") { id, text, by, json };
        comment.SetAction(_connection.Use((api, command, cancellationToken) => ActAsync(
            api,
            command.GetRequiredValue(id),
            "comment",
            new ApprovalActRequest { By = command.GetValue(by), Reason = command.GetRequiredValue(text) },
            command.GetValue(json),
            cancellationToken)));
        return comment;
    }

    private async Task ActAsync(ApiClient api, string id, string action, ApprovalActRequest wanted, bool json, CancellationToken cancellationToken)
    {
        ApprovalOutcomeView outcome = await api.PostAsync(
            PathOf(id, $"/{action}"), wanted, ApiJson.Wire.ApprovalActRequest, ApiJson.Wire.ApprovalOutcomeView, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            Listing.WriteJson(_terminal, [outcome], ApiJson.Wire.ApprovalOutcomeView);
        }
        else
        {
            _terminal.WriteLine($"{id} is {Describe(outcome)}.");
        }
    }

    private async Task TellAsync(ApprovalBatchResult result, string done, bool json)
    {
        if (json)
        {
            Listing.WriteJson(_terminal, result.Outcomes, ApiJson.Wire.ApprovalOutcomeView);
        }
        else
        {
            var table = new TextTable("ID", "NOW");
            foreach (ApprovalOutcomeView outcome in result.Outcomes)
            {
                table.Add(outcome.Id, outcome.Problem?.Code ?? Describe(outcome));
            }

            table.WriteTo(_terminal);
            int count = result.Outcomes.Count(outcome => outcome.Problem is null);
            string approvals = $"{Listing.Number(count)} approval{(count == 1 ? "" : "s")}";
            _terminal.WriteLine(result.Executed ? $"{approvals} {done}" : $"{approvals} would be {done}; --yes does it");
            if (result.More)
            {
                _terminal.WriteLine("There are more: do it again.");
            }
        }

        if (result.Outcomes.FirstOrDefault(outcome => outcome.Problem is not null) is { Problem: { } problem })
        {
            await _terminal.FlushAsync().ConfigureAwait(false);
            throw new CliException(
                $"{Listing.Number(result.Outcomes.Count(outcome => outcome.Problem is not null))} of {Listing.Number(result.Outcomes.Count)} cannot be {done}: {problem.Detail}");
        }
    }

    private static string Describe(ApprovalOutcomeView outcome) => outcome switch
    {
        { NeedsAnother: true } => "pending: a second person has to approve",
        { ClaimedUntil: { } until } => $"pending, claimed until {Listing.Time(until)}",
        _ => $"{outcome.Status}, version {Listing.Number(outcome.Version)}",
    };

    private static (string Id, int? Version) Split(string text) =>
        text.LastIndexOf('@') is > 0 and var at
        && int.TryParse(text.AsSpan(at + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int version)
            ? (text[..at], version)
            : (text, null);

    // Data that the API shows under "data" as a text are text, unless they are JSON: then a text is as good as any other JSON.
    private static JsonElement DataOf(string text, JsonElement shown)
    {
        bool isText = shown.TryGetProperty("datacontenttype", out JsonElement type) && type.GetString()!.StartsWith("text/", StringComparison.OrdinalIgnoreCase);
        try
        {
            return isText ? JsonSerializer.SerializeToElement(text, ApiJson.Wire.String) : JsonElement.Parse(text);
        }
        catch (JsonException exception)
        {
            throw new CliException($"The new data are no JSON, and those of the event are: {exception.Message}", exception);
        }
    }

    private async Task<string> ReadTextAsync(string file, CancellationToken cancellationToken)
    {
        if (file is not "-")
        {
            return await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
        }

        using var reader = new StreamReader(_terminal.Input, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }
}
