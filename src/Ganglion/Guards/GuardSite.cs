using Ganglion.Configuring;

namespace Ganglion.Guards;

/// <summary>What a guard is made of.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Settings">Its settings, and where faults are kept.</param>
/// <param name="Timeout">How long it may take.</param>
/// <param name="Factory">Makes the guards within it.</param>
/// <param name="Above">The guards that it is within.</param>
internal sealed record GuardSite(string Name, SettingsReader Settings, TimeSpan Timeout, GuardFactory Factory, IReadOnlyList<string> Above)
{
    /// <summary>The services of the host.</summary>
    public IServiceProvider Services => Factory.Services;
}
