using System.Diagnostics;
using System.Text.RegularExpressions;
using Ganglion.Configuring;
using Ganglion.Guards.Lists;
using Ganglion.Guards.Texts;

namespace Ganglion.Guards.Rules;

/// <summary>Judges by bounds of length, languages, regular expressions and keywords.</summary>
internal sealed class RulesGuard : IBoundedGuard
{
    private readonly TextSource _source;
    private readonly TimeSpan _timeout;
    private readonly GuardAction _action;
    private readonly int _minLength;
    private readonly int _maxLength;
    private readonly HashSet<string> _languages;
    private readonly PatternRule[] _patterns;
    private readonly PhraseLists _keywords;

    private RulesGuard(GuardSite site)
    {
        _timeout = site.Timeout;
        SettingsReader settings = site.Settings;
        _source = TextSource.Read(settings);
        _action = GuardAction.Read(settings, new GuardAction(GuardActionKind.Block));
        _minLength = settings.Count("minLength", 0, int.MaxValue) ?? 0;
        _maxLength = settings.Count("maxLength", _minLength, int.MaxValue) ?? int.MaxValue;
        _languages = ReadLanguages(settings);
        _patterns = [.. settings.Objects("patterns").Select(pattern => PatternRule.Read(pattern, _action, site.Timeout)).OfType<PatternRule>()];
        _keywords = new PhraseLists(settings, "keywords", _action);
        settings.End();
    }

    public static IGuard Create(GuardSite site) => new RulesGuard(site);

    public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_source.Of(guarded) is { } text ? Judge(text) : Verdict.Pass());

    private Verdict Judge(GuardedText text)
    {
        long started = Stopwatch.GetTimestamp();
        VerdictDraft? draft = null;
        if (text.Length < _minLength)
        {
            (draft ??= new()).Add("too-short", _action);
        }

        if (text.Length > _maxLength)
        {
            (draft ??= new()).Add("too-long", _action);
        }

        if (_languages.Count > 0 && LanguageOf(text) is { } language && !_languages.Contains(language))
        {
            (draft ??= new()).Add("language", _action);
        }

        for (int part = 0; part < text.Span.Length; part++)
        {
            foreach (PatternRule pattern in _patterns)
            {
                Judge(pattern, text, part, ref draft);

                // A pattern may take that long for each text, and there may be many.
                if (Stopwatch.GetElapsedTime(started) > _timeout)
                {
                    throw TooLong();
                }
            }

            if (!_keywords.IsEmpty)
            {
                _keywords.Judge(text, part, ref draft);
            }
        }

        return draft?.ToVerdict(text) ?? Verdict.Pass();
    }

    private void Judge(PatternRule pattern, GuardedText text, int part, ref VerdictDraft? draft)
    {
        try
        {
            pattern.Judge(text, part, ref draft);
        }
        catch (RegexMatchTimeoutException)
        {
            throw TooLong();
        }
    }

    private GuardException TooLong() => new("guard-timeout", $"its patterns have taken more than {_timeout}.");

    private static string? LanguageOf(GuardedText text)
    {
        Span<int> scripts = stackalloc int[LanguageDetector.Scripts];
        Span<int> hits = stackalloc int[LanguageDetector.LanguagesByWords];
        scripts.Clear();
        hits.Clear();
        var detector = new LanguageDetector(scripts, hits);
        foreach (TextPart part in text.Span)
        {
            detector.Take(part.Text.Span);
        }

        return detector.Language;
    }

    private static HashSet<string> ReadLanguages(SettingsReader settings)
    {
        HashSet<string> languages = [.. settings.Texts("languages")];
        foreach (string language in languages.Except(LanguageDetector.Languages))
        {
            settings.Fault("languages", $"has '{language}': set {string.Join(", ", LanguageDetector.Languages)}.");
        }

        return languages;
    }
}
