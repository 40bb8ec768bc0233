namespace Ganglion.Guards.Injection;

/// <summary>Words of certain classes one after the other, with others between them.</summary>
/// <param name="Sign">What it is a sign of.</param>
/// <param name="Weight">How much it says.</param>
/// <param name="Window">Within how many words.</param>
/// <param name="Classes">The class of each.</param>
internal sealed record WordSequence(InjectionSign Sign, double Weight, int Window, params WordClasses[] Classes)
{
    public static WordSequence[] All { get; } =
    [
        new(InjectionSign.Override, 0.75, 8, WordClasses.Discard, WordClasses.Earlier, WordClasses.Instructions),
        new(InjectionSign.Override, 0.7, 6, WordClasses.Discard, WordClasses.Own, WordClasses.Instructions),
        new(InjectionSign.Override, 0.4, 4, WordClasses.Discard, WordClasses.Instructions),
        new(InjectionSign.Exfiltration, 0.5, 8, WordClasses.Reveal, WordClasses.Own, WordClasses.Instructions),
        new(InjectionSign.Exfiltration, 0.5, 8, WordClasses.Reveal, WordClasses.System, WordClasses.Instructions),
        new(InjectionSign.Exfiltration, 0.3, 3, WordClasses.System, WordClasses.Instructions),
    ];
}

/// <summary>How far a sequence has come in a text.</summary>
internal struct SequenceProgress
{
    private int _found;
    private int _start;
    private bool _isComplete;

    /// <summary>Takes a word.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="word">The number of the word.</param>
    /// <param name="classes">Its classes.</param>
    /// <returns>Whether the sequence is complete with it, for the first time.</returns>
    public bool Take(WordSequence sequence, int word, WordClasses classes)
    {
        if (_isComplete)
        {
            return false;
        }

        if (_found > 0 && word - _start >= sequence.Window)
        {
            _found = 0;
        }

        if (_found > 0 && (classes & sequence.Classes[_found]) != WordClasses.None)
        {
            _found++;
            _isComplete = _found == sequence.Classes.Length;
            return _isComplete;
        }

        if (_found <= 1 && (classes & sequence.Classes[0]) != WordClasses.None)
        {
            _found = 1;
            _start = word;
        }

        return false;
    }
}
