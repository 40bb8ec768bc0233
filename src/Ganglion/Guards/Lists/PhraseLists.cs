using System.Text;
using System.Text.Json;
using Ganglion.Configuring;
using Ganglion.Guards.Texts;

namespace Ganglion.Guards.Lists;

/// <summary>Lists of phrases, and what is done about texts that have one of them.</summary>
internal sealed class PhraseLists
{
    private readonly List<PhraseList> _lists = [];
    private readonly List<(PhraseList List, string? Replacement)> _entries = [];
    private readonly PhraseMatcher _matcher;

    /// <param name="settings">The settings.</param>
    /// <param name="setting">The setting that has the lists.</param>
    /// <param name="inherited">What is done where a list says nothing.</param>
    public PhraseLists(SettingsReader settings, string setting, GuardAction inherited)
    {
        var phrases = new List<string>();
        foreach (SettingsReader list in settings.Objects(setting))
        {
            Read(list, inherited, phrases);
        }

        _matcher = new PhraseMatcher(phrases);
    }

    public bool IsEmpty => _lists.Count == 0;

    /// <summary>Judges a part of the text.</summary>
    public void Judge(GuardedText text, int part, ref VerdictDraft? draft)
    {
        ReadOnlySpan<char> current = draft is null ? text.Span[part].Text.Span : draft.TextOf(text, part);
        using var folded = new FoldedText(current);
        var words = new Words(folded.Span);
        StringBuilder? changed = null;
        int copied = 0;
        while (_matcher.Find(folded.Span, ref words, out PhraseMatch match))
        {
            (PhraseList list, string? replacement) = _entries[match.Number];
            draft ??= new VerdictDraft();
            draft.Add(list.Name, list.Action);
            if (list.Action.Kind == GuardActionKind.Replace)
            {
                (int start, int end) = folded.Original(match.Start, match.End);
                (changed ??= new StringBuilder()).Append(current[copied..start]).Append(replacement ?? list.Replacement);
                copied = end;
            }
        }

        if (changed is not null)
        {
            draft!.Change(text, part, changed.Append(current[copied..]).ToString());
        }
    }

    private void Read(SettingsReader settings, GuardAction inherited, List<string> phrases)
    {
        string name = settings.RequiredText("name");
        var list = new PhraseList(name, GuardAction.Read(settings, inherited), settings.Text("replacement") ?? $"[{name}]");
        _lists.Add(list);
        int known = phrases.Count;
        if (settings.Element("entries").ValueKind == JsonValueKind.Object)
        {
            foreach ((string entry, JsonElement replacement) in settings.Members("entries"))
            {
                phrases.Add(entry);
                _entries.Add((list, replacement.ValueKind == JsonValueKind.String ? replacement.GetString() : null));
                if (replacement.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                {
                    settings.Fault("entries", $"has '{entry}', whose replacement is no text: set a text.");
                }
            }
        }
        else
        {
            foreach (string entry in settings.Texts("entries"))
            {
                phrases.Add(entry);
                _entries.Add((list, null));
            }
        }

        if (phrases.Count == known)
        {
            settings.Fault("entries", "is empty: name one entry at least.");
        }

        foreach (string entry in phrases.Skip(known).Where(entry => !PhraseMatcher.HasWord(entry)))
        {
            settings.Fault("entries", $"has '{entry}', which has no word in it: a pattern of a guard of the kind 'rules' may find it.");
        }

        settings.End();
    }

    /// <summary>A list.</summary>
    private sealed record PhraseList(string Name, GuardAction Action, string Replacement);
}
