using Ganglion.Approvals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Hosting;

// What waits for a person's approval.
public sealed partial class GanglionBuilder
{
    /// <summary>
    /// Lets the host keep approvals: the events that wait for a person, who decides about them, and by when. All hosts that have added them share the work,
    /// and are to be configured alike. May be called several times.
    /// </summary>
    /// <param name="configure">Changes the options; the configuration of the host, if it says anything, comes after.</param>
    public GanglionBuilder AddApprovals(Action<ApprovalOptions>? configure = null)
    {
        if (configure is not null)
        {
            Services.AddSingleton(configure);
        }

        if (Services.Any(service => service.ImplementationType == typeof(ApprovalTopics)))
        {
            return this;
        }

        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ApprovalTopics>());
        return AddAgent<ApprovalAgent>();
    }
}
