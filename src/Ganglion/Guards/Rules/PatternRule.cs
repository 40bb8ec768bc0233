using System.Text;
using System.Text.RegularExpressions;
using Ganglion.Configuring;

namespace Ganglion.Guards.Rules;

/// <summary>A regular expression, and what is done about texts that it fits.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Expression">The expression.</param>
/// <param name="Action">What is done.</param>
/// <param name="Replacement">What is put in its place.</param>
/// <param name="IsRequired">It is a fault that a text does not fit, rather than that it does.</param>
internal sealed record PatternRule(string Name, Regex Expression, GuardAction Action, string Replacement, bool IsRequired)
{
    private const int MaxLength = 10_000;

    /// <summary>Reads one of the settings <c>patterns</c>.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="inherited">What is done where they say nothing.</param>
    /// <param name="timeout">How long it may take for a text.</param>
    public static PatternRule? Read(SettingsReader settings, GuardAction inherited, TimeSpan timeout)
    {
        string name = settings.RequiredText("name");
        string pattern = settings.RequiredText("pattern");
        bool ignoresCase = settings.Choice("ignoreCase", "true", "false") == "true";
        bool backtracks = settings.Choice("backtracking", "true", "false") == "true";
        bool isRequired = settings.Choice("require", "true", "false") == "true";
        string replacement = settings.Text("replacement") ?? $"[{name}]";
        GuardAction action = GuardAction.Read(settings, inherited);
        settings.End();
        if (isRequired && action.Kind == GuardActionKind.Replace)
        {
            settings.Fault("action", "is 'replace': what is not there cannot be replaced.");
        }

        return Compile(settings, pattern, ignoresCase, backtracks, timeout) is { } expression
            ? new PatternRule(name, expression, action, replacement, isRequired)
            : null;
    }

    /// <summary>Judges a part of the text.</summary>
    public void Judge(GuardedText text, int part, ref VerdictDraft? draft)
    {
        ReadOnlySpan<char> current = draft is null ? text.Span[part].Text.Span : draft.TextOf(text, part);
        if (Expression.IsMatch(current) == IsRequired)
        {
            return;
        }

        draft ??= new VerdictDraft();
        if (Action.Kind != GuardActionKind.Replace)
        {
            draft.Add(Name, Action);
            return;
        }

        var changed = new StringBuilder();
        int end = 0;
        foreach (ValueMatch match in Expression.EnumerateMatches(current))
        {
            if (match.Length > 0)
            {
                draft.Add(Name, Action);
                changed.Append(current[end..match.Index]).Append(Replacement);
                end = match.Index + match.Length;
            }
        }

        if (end > 0)
        {
            draft.Change(text, part, changed.Append(current[end..]).ToString());
        }
    }

    private static Regex? Compile(SettingsReader settings, string pattern, bool ignoresCase, bool backtracks, TimeSpan timeout)
    {
        if (pattern.Length is 0 or > MaxLength)
        {
            if (pattern.Length > 0)
            {
                settings.Fault("pattern", $"has {pattern.Length} characters: write at most {MaxLength}.");
            }

            return null;
        }

        try
        {
            return new Regex(
                pattern,
                RegexOptions.CultureInvariant | (ignoresCase ? RegexOptions.IgnoreCase : RegexOptions.None) | (backtracks ? RegexOptions.None : RegexOptions.NonBacktracking),
                timeout);
        }
        catch (NotSupportedException unsupported)
        {
            settings.Fault(
                "pattern",
                $"needs backtracking, which can take for ever on some texts: write it otherwise, or set 'backtracking' to true, and events whose texts take too long do not pass. {unsupported.Message}");
        }
        catch (ArgumentException wrong)
        {
            settings.Fault("pattern", $"is no regular expression: {wrong.Message}");
        }

        return null;
    }
}
