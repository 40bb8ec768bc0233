namespace Ganglion.Kafka.Doctor;

/// <summary>What the doctor has found.</summary>
/// <param name="Check">What was looked at, in a word or two.</param>
/// <param name="Level">How it is.</param>
/// <param name="Text">What there is.</param>
/// <param name="Remedy">What to mend, if anything.</param>
internal sealed record Finding(string Check, FindingLevel Level, string Text, string? Remedy = null)
{
    public static Finding Ok(string check, string text) => new(check, FindingLevel.Ok, text);

    public static Finding Warning(string check, string text, string remedy) => new(check, FindingLevel.Warning, text, remedy);

    public static Finding Fault(string check, string text, string? remedy = null) => new(check, FindingLevel.Fault, text, remedy);

    public static Finding Unknown(string check, string reason) => new(check, FindingLevel.Unknown, $"could not be asked: {reason.TrimEnd('.')}");
}
