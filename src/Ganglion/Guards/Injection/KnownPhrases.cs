using Ganglion.Guards.Texts;

namespace Ganglion.Guards.Injection;

/// <summary>Phrases that say something of a text by themselves.</summary>
internal sealed class KnownPhrases
{
    private static readonly (InjectionSign Sign, double Weight, string Phrases)[] Rows =
    [
        (InjectionSign.Override, 0.7, "ignore the above|disregard the above|ignore all of the above|forget the above|ignore everything above|disregard everything above"),
        (InjectionSign.Override, 0.45, "ignore everything|forget everything|disregard everything|forget all of that|vergiss alles|oublie tout|olvida todo|dimentica tutto"),
        (InjectionSign.Role, 0.75, "do anything now|bypass your filters|disable your safety|you are jailbroken|you have been jailbroken"),
        (InjectionSign.Role, 0.6, "dan mode|unrestricted ai|unfiltered ai|you have no rules|you have no restrictions|you are no longer bound|no longer bound by|without ethical guidelines"),
        (InjectionSign.Role, 0.5, "developer mode|jailbreak|god mode|not bound by|free of all restrictions|entwicklermodus|mode développeur|modo desarrollador|modalità sviluppatore"),
        (InjectionSign.Role, 0.3, "you are now|from now on you|pretend you are|pretend to be|roleplay as|role play as|you will act as|stay in character|without restrictions|without any restrictions|no restrictions|du bist jetzt|ab jetzt bist du|tu es maintenant|ahora eres|a partir de ahora eres|ora sei|você agora é"),
        (InjectionSign.Role, 0.15, "act as|imagine you are|break character|in character"),
        (InjectionSign.Exfiltration, 0.75, "what is your system prompt|what's your system prompt|repeat everything above|repeat the text above|repeat the words above|output initialization above|print everything above"),
        (InjectionSign.Exfiltration, 0.5, "your system prompt|your initial prompt|your hidden instructions|your initial instructions|what are your instructions|what were your instructions|everything above this line"),
        (InjectionSign.NewInstructions, 0.6, "system override|admin override|override code|end of system prompt|new system prompt"),
        (InjectionSign.NewInstructions, 0.5, "do not tell the user|don't tell the user|without telling the user|do not mention this to the user|do not inform the user"),
        (InjectionSign.NewInstructions, 0.35, "new instructions|updated instructions|real instructions|your new task|your real task|end of prompt|end of instructions|instead do the following|neue anweisungen|nouvelles instructions|nuevas instrucciones|nuove istruzioni"),
    ];

    private readonly PhraseMatcher _matcher;
    private readonly (InjectionSign Sign, double Weight)[] _weights;

    /// <param name="more">Phrases of the application's own, with their weights.</param>
    public KnownPhrases(IReadOnlyList<(string Phrase, double Weight)> more)
    {
        (InjectionSign Sign, double Weight, string Phrase)[] all =
        [
            .. more.Select(one => (InjectionSign.Phrases, one.Weight, one.Phrase)),
            .. Rows.SelectMany(row => row.Phrases.Split('|').Select(phrase => (row.Sign, row.Weight, phrase))),
        ];
        _matcher = new PhraseMatcher(all.Select(one => one.Phrase));
        _weights = [.. all.Select(one => (one.Sign, one.Weight))];
    }

    /// <summary>Finds phrases; each counts once.</summary>
    public void Find(ReadOnlySpan<char> folded, InjectionSigns signs)
    {
        List<int>? seen = null;
        var words = new Words(folded);
        while (_matcher.Find(folded, ref words, out PhraseMatch match))
        {
            if (seen?.Contains(match.Number) != true)
            {
                (seen ??= []).Add(match.Number);
                signs.Add(_weights[match.Number].Sign, _weights[match.Number].Weight);
            }
        }
    }
}
