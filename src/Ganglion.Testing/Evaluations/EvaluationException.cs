namespace Ganglion.Testing.Evaluations;

/// <summary>An evaluation, or a recording for it, cannot be used as it is. Correct what the message names.</summary>
public sealed class EvaluationException : GanglionException
{
    /// <summary>The set of prompts is not as it must be.</summary>
    internal const string Invalid = "evaluation-invalid";

    /// <summary>A prompt is not in the recording.</summary>
    internal const string Unrecorded = "model-recording-missing";

    /// <summary>The recording cannot be read.</summary>
    internal const string Malformed = "model-recording-malformed";

    internal EvaluationException(string code, IReadOnlyList<string> faults)
        : base(code, string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>All that is wrong, with lines where it is a file.</summary>
    public IReadOnlyList<string> Faults { get; }
}
