using Ganglion.Configuring;
using Ganglion.Guards.Texts;

namespace Ganglion.Guards.Injection;

/// <summary>Judges by signs that a text is meant to tell a model what to do.</summary>
internal sealed class InjectionGuard : IBoundedGuard
{
    private const string Reason = "prompt-injection";

    private readonly TextSource _source;
    private readonly GuardAction _action;
    private readonly double _threshold;
    private readonly double _escalateFrom;
    private readonly bool[] _ignored;
    private readonly KnownPhrases _phrases;

    private InjectionGuard(SettingsReader settings)
    {
        _source = TextSource.Read(settings);
        _action = GuardAction.Read(
            settings, new GuardAction(GuardActionKind.Block, Reason), GuardActionKind.Report, GuardActionKind.Escalate, GuardActionKind.Block);
        _threshold = settings.Number("threshold", 0.01, 1) ?? 0.7;
        _escalateFrom = settings.Number("escalateFrom", 0.01, 1) ?? double.PositiveInfinity;
        _ignored = ReadIgnored(settings);
        _phrases = new KnownPhrases(ReadPhrases(settings));
        settings.End();
    }

    public static IGuard Create(GuardSite site) => new InjectionGuard(site.Settings);

    public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_source.Of(guarded) is { } text ? Judge(text) : Verdict.Pass());

    private Verdict Judge(GuardedText text)
    {
        Span<double> remaining = stackalloc double[InjectionSigns.Count];
        remaining.Fill(1);
        var signs = new InjectionSigns(remaining);
        foreach (TextPart part in text.Span)
        {
            Look(part.Text.Span, signs, mayBeEncoded: true);
        }

        signs.Ignore(_ignored);
        if (!signs.Any)
        {
            return Verdict.Pass();
        }

        double score = signs.Score;
        List<Finding> findings = signs.ToFindings();
        GuardActionKind kind = score >= _threshold ? _action.Kind : score >= _escalateFrom ? GuardActionKind.Escalate : GuardActionKind.Report;
        return kind switch
        {
            GuardActionKind.Block => Verdict.Block(_action.Reason!, _action.Fallback, score, findings),
            GuardActionKind.Escalate => Verdict.Escalate(_action.Reason!, _action.Queue, score, findings: findings),
            _ => Verdict.Pass(findings),
        };
    }

    private void Look(ReadOnlySpan<char> text, InjectionSigns signs, bool mayBeEncoded)
    {
        using (var folded = new FoldedText(text))
        {
            LookAtWords(folded.Span, signs);
            _phrases.Find(folded.Span, signs);
            Delimiters.Find(folded.Span, signs);
        }

        if (HiddenText.Find(text, signs) is { } hidden)
        {
            Look(hidden, signs, mayBeEncoded: false);
        }

        // What says something only once it is decoded was to be hidden.
        foreach (string decoded in mayBeEncoded ? EncodedText.Find(text) ?? [] : [])
        {
            signs.Add(InjectionSign.Encoded, 0.25);
            Look(decoded, signs, mayBeEncoded: false);
        }
    }

    private static void LookAtWords(ReadOnlySpan<char> folded, InjectionSigns signs)
    {
        Span<SequenceProgress> progress = stackalloc SequenceProgress[WordSequence.All.Length];
        var spaced = new SpacedText(stackalloc char[SpacedText.Memory]);
        var words = new Words(folded);
        for (int number = 0; words.MoveNext(); number++)
        {
            ReadOnlySpan<char> word = words.Current;
            spaced.Take(word);
            WordClasses classes = word.Length > 1 ? ClassifiedWords.Of(word) : WordClasses.None;
            for (int i = 0; classes != WordClasses.None && i < progress.Length; i++)
            {
                if (progress[i].Take(WordSequence.All[i], number, classes))
                {
                    signs.Add(WordSequence.All[i].Sign, WordSequence.All[i].Weight);
                }
            }
        }

        spaced.End();
        if (spaced.HasWord || spaced.IsLong)
        {
            signs.Add(InjectionSign.Spaced, spaced.HasWord ? 0.6 : 0.2);
        }
    }

    private static bool[] ReadIgnored(SettingsReader settings)
    {
        var ignored = new bool[InjectionSigns.Count];
        foreach (string name in settings.Texts("ignore"))
        {
            int sign = Array.IndexOf(InjectionSigns.AllNames, name);
            if (sign < 0)
            {
                settings.Fault("ignore", $"has '{name}': set {string.Join(", ", InjectionSigns.AllNames)}.");
            }
            else
            {
                ignored[sign] = true;
            }
        }

        return ignored;
    }

    private static List<(string Phrase, double Weight)> ReadPhrases(SettingsReader settings)
    {
        var phrases = new List<(string, double)>();
        foreach ((string phrase, _) in settings.Members("phrases"))
        {
            double? weight = new SettingsReader(settings.Path + ":phrases", settings.Element("phrases"), settings.Faults).Number(phrase, 0.01, 1);
            if (!PhraseMatcher.HasWord(phrase))
            {
                settings.Fault("phrases", $"has '{phrase}', which has no word in it.");
            }

            phrases.Add((phrase, weight ?? 1));
        }

        return phrases;
    }
}
