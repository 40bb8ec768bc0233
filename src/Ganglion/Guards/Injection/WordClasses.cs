using System.Collections.Frozen;
using Ganglion.Guards.Texts;

namespace Ganglion.Guards.Injection;

/// <summary>Which part a word can have in telling a model what to do.</summary>
[Flags]
internal enum WordClasses
{
    None = 0,

    /// <summary>To set something aside: ignore, forget.</summary>
    Discard = 1,

    /// <summary>What came before, or all of it: previous, all.</summary>
    Earlier = 1 << 1,

    /// <summary>What a model was told: instructions, rules.</summary>
    Instructions = 1 << 2,

    /// <summary>To tell: show, repeat.</summary>
    Reveal = 1 << 3,

    /// <summary>The model's: your.</summary>
    Own = 1 << 4,

    /// <summary>What nobody is to see: system, hidden.</summary>
    System = 1 << 5,
}

/// <summary>The words of each class, in several languages.</summary>
internal static class ClassifiedWords
{
    private static readonly FrozenDictionary<string, WordClasses> Classes = Read(
        (WordClasses.Discard,
            """
            ignore ignoring disregard disregarding forget override overwrite bypass dismiss erase discard ignoriere ignorier ignorieren vergiss vergesst
            missachte überschreibe umgehe ignorez oublie oubliez ignora ignoren olvida olvide omite dimentica dimenticare esqueça esquece desconsidere
            negeer vergeet zignoruj zapomnij игнорируй игнорируйте забудь забудьте
            """),
        (WordClasses.Earlier,
            """
            previous prior above earlier preceding foregoing past former existing original all any every these those vorherigen vorherige bisherigen
            bisherige obigen früheren alle précédentes précédents antérieures toutes tous anteriores previas previos todas todos precedenti tutte
            prévias vorige eerdere poprzednie wszystkie предыдущие прежние все
            """),
        (WordClasses.Instructions,
            """
            instructions instruction prompt prompts rules guidelines directions directives orders commands constraints restrictions programming
            policies policy safeguards anweisungen anweisung regeln vorgaben befehle vorschriften consignes consigne règles directives
            instrucciones reglas indicaciones istruzioni regole instruções regras instructies regels instrukcje zasady инструкции правила указания
            systemprompt
            """),
        (WordClasses.Reveal,
            """
            reveal show print repeat output display tell give leak disclose expose dump recite share reproduce summarize translate copy paste zeige zeig
            nenne verrate wiederhole gib ausgeben montre montrez affiche affichez répète révèle muestra muéstrame revela repite imprime dime mostra
            rivela ripeti mostre repita toon herhaal pokaż powtórz покажи повтори выведи
            """),
        (WordClasses.Own, "your dein deine deinen deiner ihre ihren votre vos ton tes tu tus su sus tuo tue tuoi seu suas je jouw twoje твои твой свои"),
        (WordClasses.System, "system hidden initial secret internal developer systemprompt versteckten geheimen système cachées sistema ocultas sistemi системный"));

    private static readonly FrozenDictionary<string, WordClasses>.AlternateLookup<ReadOnlySpan<char>> Lookup = Classes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The classes of a folded word.</summary>
    public static WordClasses Of(ReadOnlySpan<char> word) => Lookup.TryGetValue(word, out WordClasses classes) ? classes : WordClasses.None;

    private static FrozenDictionary<string, WordClasses> Read(params (WordClasses Class, string Words)[] rows)
    {
        var classes = new Dictionary<string, WordClasses>(StringComparer.Ordinal);
        foreach ((WordClasses one, string words) in rows)
        {
            foreach (string word in words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                string folded = FoldedText.Fold(word);
                classes[folded] = classes.GetValueOrDefault(folded) | one;
            }
        }

        return classes.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
