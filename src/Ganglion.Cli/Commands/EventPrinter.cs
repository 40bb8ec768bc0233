using Ganglion.Cli.Output;
using Spectre.Console;

namespace Ganglion.Cli.Commands;

/// <summary>Prints events: whole as JSON, readable on a screen, or only their data into a pipe.</summary>
internal sealed class EventPrinter(Terminal terminal, bool json)
{
    public void Print(ConsumedEvent consumed)
    {
        if (json)
        {
            terminal.WriteJson(consumed.Json);
        }
        else if (terminal.IsInteractive)
        {
            terminal.WriteLine(ToMarkup(consumed));
        }
        else
        {
            terminal.Write(consumed.Data);
            terminal.Write("\n"u8);
        }
    }

    private static Markup ToMarkup(ConsumedEvent consumed)
    {
        string data = consumed.Data is { } bytes ? DataText.Of(bytes) : "";
        return new Markup(
            $"[grey]{Safe(consumed.Timestamp)} {consumed.Partition}@{consumed.Offset,-6}[/] [blue]{Safe(consumed.Key ?? "-"),-12}[/] "
            + $"[green]{Safe(consumed.Type)}[/] {Safe(data)}");
    }

    private static string Safe(string text) => Markup.Escape(SafeText.Escape(text));
}
