using Ganglion.Faults;
using Ganglion.Hosting;

namespace Ganglion.Testing;

/// <summary>
/// Kills a process at a named point of an event's way, as <c>kill -9</c> does, or slows it down there. What your agents promise about
/// crashes is tested with real processes: start one with the variable <see cref="Variable"/>, let it die, start it again.
/// </summary>
public static class FaultInjection
{
    /// <summary>The environment variable that says what is to happen, and where: <c>GANGLION_FAULTS</c>.</summary>
    public const string Variable = "GANGLION_FAULTS";

    /// <summary>The names of all points, in the order of their names; docs/testing.md says what has happened at each.</summary>
    public static IReadOnlyList<string> Points { get; } =
        [.. typeof(FaultPoints).GetFields().Select(static point => (string)point.GetRawConstantValue()!).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Lets this process obey <see cref="Variable"/>, as it is now; does nothing if it is not set. A program that does not call this cannot
    /// be made to fail from outside. Call it before the broker is opened. The faults are those of the whole process, whatever hosts it has;
    /// a second call begins to count anew.
    /// </summary>
    /// <param name="ganglion">The builder.</param>
    /// <returns>The builder.</returns>
    /// <remarks>
    /// <para>
    /// <c>kill:commit.acknowledged@3</c> kills the process when it reaches the point for the third time; without a number, for the first.
    /// What it was doing is left as it is: nothing is flushed, no finalizer runs. The last line of its standard error names the point.
    /// </para>
    /// <para>
    /// <c>delay:round.written=200ms</c> holds up whoever reaches the point, each time; with <c>@3</c> the third time only. Times are in
    /// <c>ms</c> or <c>s</c>, up to an hour.
    /// </para>
    /// <para>
    /// <c>kill:*@p=0.001,seed=42</c> kills at each point with this probability; the same seed draws the same numbers. <c>*</c> at the end of
    /// a name stands for anything. Several faults are separated by <c>;</c>.
    /// </para>
    /// </remarks>
    /// <exception cref="FaultInjectionException">The variable cannot be understood; the message has every fault of it.</exception>
    public static GanglionBuilder UseFaultInjection(this GanglionBuilder ganglion)
    {
        ArgumentNullException.ThrowIfNull(ganglion);
        string? text = Environment.GetEnvironmentVariable(Variable);
        FaultHook.Listen(string.IsNullOrWhiteSpace(text) ? null : new FaultPlan(FaultText.Parse(text), ProcessKill.At).Reach);
        return ganglion;
    }
}
