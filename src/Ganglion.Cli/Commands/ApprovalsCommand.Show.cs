using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Ganglion.Cli.Commands;

internal sealed partial class ApprovalsCommand
{
    private Command CreateShowCommand()
    {
        var id = new Argument<string>("id") { Description = "The approval, as list shows it" };
        Option<bool> json = Listing.JsonOption();
        var show = new Command("show", "Show one with its event, and all that has happened to it") { id, json };
        show.SetAction(_connection.Use(async (api, command, cancellationToken) =>
        {
            byte[] answer = await api.GetBytesAsync(PathOf(command.GetRequiredValue(id)), cancellationToken).ConfigureAwait(false);
            if (command.GetValue(json))
            {
                _terminal.WriteJson(answer.AsSpan().TrimEnd((byte)'\n'));
                return;
            }

            using JsonDocument details = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 128 });
            Write(details.RootElement);
        }));
        return show;
    }

    // What agents have written is data: every line goes through the terminal, which lets nothing act on the screen.
    private void Write(JsonElement details)
    {
        JsonElement approval = details.GetProperty("approval");
        foreach (string name in (string[])["id", "status", "version", "queue", "since", "agent", "rule", "reason", "score", "claimedBy", "claimedUntil", "decidedBy", "decidedAt"])
        {
            if (approval.TryGetProperty(name, out JsonElement value))
            {
                WriteLine(name, value.ToString());
            }
        }

        WriteLine("goes to", details.GetProperty("approvedTopic").GetString()!);
        if (details.TryGetProperty("original", out JsonElement original))
        {
            WriteLine("was", original.GetRawText());
        }

        WriteLine("event", details.GetProperty("event").GetRawText());
        foreach (JsonElement entry in details.GetProperty("history").EnumerateArray())
        {
            string who = entry.TryGetProperty("by", out JsonElement by) ? by.GetString()! : "-";
            string why = entry.TryGetProperty("reason", out JsonElement reason) ? reason.GetString()! : "";
            _terminal.WriteLine($"{entry.GetProperty("at").GetString()}  {entry.GetProperty("type").GetString()}  {who}  {why}".TrimEnd());
            if (entry.TryGetProperty("difference", out JsonElement difference))
            {
                foreach (JsonElement one in difference.EnumerateArray())
                {
                    _terminal.WriteLine($"    {one.GetProperty("op").GetString()} {one.GetProperty("path").GetString()}: {Raw(one, "old")} -> {Raw(one, "value")}");
                }
            }
        }
    }

    private static string Raw(JsonElement difference, string name) => difference.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : "nothing";

    private void WriteLine(string name, string value) => _terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12}  {value}"));
}
