using Ganglion.Oversight;

namespace Ganglion.Hosting;

/// <summary>A rule by which something is stopped, as it was added.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Configure">Sets it.</param>
internal sealed record StopRuleRegistration(string Name, Action<StopRule> Configure);
