using Ganglion.Supervision;

namespace Ganglion.Hosting;

/// <summary>A supervisor as it was added; checked when the host starts.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Order">Where among supervisors and agents it was added.</param>
/// <param name="Configure">Changes its options.</param>
internal sealed record SupervisorRegistration(string Name, int Order, Action<SupervisorOptions> Configure);
