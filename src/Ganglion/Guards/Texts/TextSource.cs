using Ganglion.Configuring;

namespace Ganglion.Guards.Texts;

/// <summary>Where a guard looks for text, and what becomes of events in which there is none to be read.</summary>
/// <param name="paths">The places.</param>
/// <param name="passesUnreadable">Data that cannot be read as text passes.</param>
internal sealed class TextSource(TextPaths paths, bool passesUnreadable)
{
    /// <summary>Reads the settings <c>text</c>, <c>names</c> and <c>unreadable</c>.</summary>
    public static TextSource Read(SettingsReader settings)
    {
        bool passes = settings.Choice("unreadable", "fail", "pass") == "pass";
        bool hasNames = settings.Choice("names", "true", "false") == "true";
        try
        {
            var paths = TextPaths.Parse(settings.Texts("text"));
            return new TextSource(hasNames ? paths.WithNames() : paths, passes);
        }
        catch (FormatException wrong)
        {
            settings.Fault("text", $"is wrong: {wrong.Message}");
            return new TextSource(TextPaths.All, passes);
        }
    }

    /// <summary>The text of an event.</summary>
    /// <returns><see langword="null"/> if it cannot be read, and passes nevertheless.</returns>
    /// <exception cref="GuardException">It cannot be read.</exception>
    public GuardedText? Of(GuardedEvent guarded)
    {
        try
        {
            return guarded.TextAt(paths);
        }
        catch (GuardException) when (passesUnreadable)
        {
            return null;
        }
    }
}
