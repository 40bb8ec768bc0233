using Ganglion.Oversight;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

// What is stopped without anybody asking for it.
public sealed partial class GanglionBuilder
{
    /// <summary>Stops something when too much of something happens: a spike of flagged answers, of failures, of cost.</summary>
    /// <param name="name">What the rule is called. The configuration under <c>Ganglion:StopRules:&lt;name&gt;</c> comes after the code, and may add others.</param>
    /// <param name="configure">Says what is counted, and what is stopped.</param>
    public GanglionBuilder AddStopRule(string name, Action<StopRule> configure)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddSingleton(new StopRuleRegistration(name, configure));
        return this;
    }
}
