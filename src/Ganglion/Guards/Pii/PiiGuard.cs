using System.Text;
using System.Text.Json;
using Ganglion.Configuring;
using Ganglion.Guards.Texts;

namespace Ganglion.Guards.Pii;

/// <summary>Finds what tells who somebody is, and replaces it, or does not let it pass.</summary>
internal sealed class PiiGuard : IBoundedGuard
{
    private readonly TextSource _source;
    private readonly PiiKinds _wanted;
    private readonly PiiReplacement _replacement;
    private readonly GuardAction _action;
    private readonly Dictionary<PiiKinds, GuardAction> _others = [];

    private PiiGuard(SettingsReader settings)
    {
        _source = TextSource.Read(settings);
        _action = GuardAction.Read(settings, new GuardAction(GuardActionKind.Replace));
        _wanted = ReadKinds(settings);
        ReadActions(settings);
        _replacement = ReadReplacement(settings);
        settings.End();
    }

    public static IGuard Create(GuardSite site) => new PiiGuard(site.Settings);

    public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken)
    {
        if (_source.Of(guarded) is not { } text)
        {
            return ValueTask.FromResult(Verdict.Pass());
        }

        VerdictDraft? draft = null;
        for (int part = 0; part < text.Span.Length; part++)
        {
            Judge(text, part, ref draft);
        }

        return ValueTask.FromResult(draft?.ToVerdict(text) ?? Verdict.Pass());
    }

    private void Judge(GuardedText text, int part, ref VerdictDraft? draft)
    {
        ReadOnlySpan<char> original = text.Span[part].Text.Span;
        using var folded = new FoldedText(original);
        if (PiiScanner.Scan(folded.Span, _wanted) is not { } matches)
        {
            return;
        }

        draft ??= new VerdictDraft();
        StringBuilder? changed = null;
        int copied = 0;
        foreach (PiiMatch match in matches)
        {
            GuardAction action = _others.GetValueOrDefault(match.Kind, _action);
            draft.Add(PiiNames.NameOf(match.Kind), action, what: PiiNames.WhatOf(match.Kind));
            if (action.Kind == GuardActionKind.Replace)
            {
                (int start, int end) = folded.Original(match.Start, match.End);
                (changed ??= new StringBuilder()).Append(original[copied..start]).Append(_replacement.For(original[start..end], match.Kind));
                copied = end;
            }
        }

        if (changed is not null)
        {
            draft.Change(text, part, changed.Append(original[copied..]).ToString());
        }
    }

    private static PiiKinds ReadKinds(SettingsReader settings)
    {
        IReadOnlyList<string> names = settings.Texts("find");
        PiiKinds wanted = PiiKinds.None;
        foreach (string name in names)
        {
            wanted |= Parse(settings, "find", name);
        }

        return names.Count == 0 ? PiiKinds.All : wanted;
    }

    private void ReadActions(SettingsReader settings)
    {
        foreach ((string name, JsonElement value) in settings.Members("actions"))
        {
            PiiKinds kinds = Parse(settings, "actions", name);
            string? action = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            if (!Enum.TryParse(action, ignoreCase: true, out GuardActionKind kind) || !Enum.IsDefined(kind))
            {
                settings.Fault("actions", $"has '{name}' as '{action}': set {string.Join(" or ", Enum.GetNames<GuardActionKind>().Select(one => one.ToLowerInvariant()))}.");
            }

            foreach (PiiKinds one in Enum.GetValues<PiiKinds>().Where(one => int.PopCount((int)one) == 1 && (kinds & one) != PiiKinds.None))
            {
                _others[one] = _action with { Kind = kind };
            }
        }
    }

    private static PiiReplacement ReadReplacement(SettingsReader settings)
    {
        string? mode = settings.Choice("replaceBy", "redact", "mask", "hash");
        string? key = settings.Text("key");
        if (mode == "hash" && key is null)
        {
            settings.Fault("key", "is missing: set a secret text, without which whoever guesses a number could tell its hash.");
        }

        return new PiiReplacement(mode is null ? PiiReplacementMode.Redact : Enum.Parse<PiiReplacementMode>(mode, ignoreCase: true), Encoding.UTF8.GetBytes(key ?? ""));
    }

    private static PiiKinds Parse(SettingsReader settings, string setting, string name)
    {
        PiiKinds kind = PiiNames.Parse(name);
        if (kind == PiiKinds.None)
        {
            settings.Fault(setting, $"has '{name}': set {string.Join(", ", PiiNames.All)}.");
        }

        return kind;
    }
}
