using Ganglion.Configuring;

namespace Ganglion.Guards;

/// <summary>What is done about something that was found.</summary>
/// <param name="Kind">What becomes of the event.</param>
/// <param name="Reason">Why, for people; <see langword="null"/>: the rule's name.</param>
/// <param name="Fallback">What is said in its place, if it is blocked.</param>
/// <param name="Queue">Who decides, if a person is to.</param>
internal sealed record GuardAction(GuardActionKind Kind, string? Reason = null, string? Fallback = null, string? Queue = null)
{
    private static readonly GuardActionKind[] Any = [GuardActionKind.Report, GuardActionKind.Replace, GuardActionKind.Escalate, GuardActionKind.Block];

    /// <summary>Reads the settings <c>action</c>, <c>reason</c>, <c>fallback</c> and <c>queue</c>.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="inherited">What holds where they say nothing.</param>
    /// <param name="allowed">The actions that make sense; all if none is named.</param>
    public static GuardAction Read(SettingsReader settings, GuardAction inherited, params GuardActionKind[] allowed)
    {
        string[] names = [.. (allowed.Length == 0 ? Any : allowed).Select(kind => kind.ToString().ToLowerInvariant())];
        string? kind = settings.Choice("action", names);
        return new GuardAction(
            kind is null ? inherited.Kind : Enum.Parse<GuardActionKind>(kind, ignoreCase: true),
            settings.Text("reason") ?? inherited.Reason,
            settings.Text("fallback") ?? inherited.Fallback,
            settings.Name("queue") ?? inherited.Queue);
    }
}
