namespace Ganglion.Supervision;

/// <summary>
/// What a supervisor does when a child breaks. Set in code where the supervisor is added, or in the configuration section
/// <c>Ganglion:Supervisors:name</c>.
/// </summary>
public sealed class SupervisorOptions
{
    /// <summary>The name of the supervisor that every host has, and that all others and all agents are under if they name none.</summary>
    public const string Root = "root";

    /// <summary>As <see cref="MaxRestarts"/>: as often as it takes.</summary>
    public const int Unlimited = -1;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Whom it starts again. Default <see cref="RestartStrategy.OneForOne"/>.</summary>
    public RestartStrategy Strategy { get; set; }

    /// <summary>The supervisor that it is itself under. Default <see cref="Root"/>; of no meaning for that one.</summary>
    public string Supervisor { get; set; } = Root;

    /// <summary>
    /// How many restarts it makes within <see cref="RestartWindow"/>. When one more is needed it gives up: it stops all its children, and counts as
    /// broken, so that its own supervisor starts it again with all of them. When the <see cref="Root"/> gives up, the host stops.
    /// Default 5, of the root <see cref="Unlimited"/>; 0 to 1,000,000.
    /// </summary>
    public int MaxRestarts { get; set; } = 5;

    /// <summary>The time within which restarts are counted; a child that works for so long counts as well again. Default 1 min; at most 30 days.</summary>
    public TimeSpan RestartWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The pause before a child's first restart; each one after it is twice as long, and all vary by a fifth. Default 200 ms; at most
    /// <see cref="MaxRestartDelay"/>.
    /// </summary>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause before a restart. Default 30 s; at most 30 days.</summary>
    public TimeSpan MaxRestartDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Adds to a list what is wrong: which key, its value, the allowed range.</summary>
    internal void Validate(string name, List<string> faults)
    {
        if (MaxRestarts is < Unlimited or > 1_000_000)
        {
            faults.Add($"{Key(nameof(MaxRestarts))} is {MaxRestarts}: set 0 to 1000000, or -1 for no limit.");
        }

        if (!Enum.IsDefined(Strategy))
        {
            faults.Add($"{Key(nameof(Strategy))} is {Strategy}: set {string.Join(", ", Enum.GetNames<RestartStrategy>())}.");
        }

        TimeInRange(nameof(RestartWindow), RestartWindow, TimeSpan.FromMilliseconds(1));
        TimeInRange(nameof(RestartDelay), RestartDelay, TimeSpan.Zero);
        TimeInRange(nameof(MaxRestartDelay), MaxRestartDelay, RestartDelay < Longest ? RestartDelay : Longest);

        void TimeInRange(string property, TimeSpan value, TimeSpan least)
        {
            if (value < least || value > Longest)
            {
                faults.Add($"{Key(property)} is {value}: set {least} to {Longest}.");
            }
        }

        string Key(string property) => $"Ganglion:Supervisors:{name}:{property}";
    }
}
