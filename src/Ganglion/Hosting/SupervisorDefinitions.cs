using Ganglion.Agents;
using Ganglion.Supervision;
using Microsoft.Extensions.Configuration;

namespace Ganglion.Hosting;

/// <summary>Checks the supervisors that were added.</summary>
internal static class SupervisorDefinitions
{
    private const string Section = "Ganglion:Supervisors";

    /// <summary>The options of each supervisor, the root among them.</summary>
    /// <param name="registrations">What was added in code. The root may be among it; it is there in any case.</param>
    /// <param name="configuration">What the host is configured with.</param>
    /// <param name="faults">Gets everything that is wrong.</param>
    public static Dictionary<string, SupervisorOptions> Check(
        IEnumerable<SupervisorRegistration> registrations, IConfiguration? configuration, List<string> faults)
    {
        var supervisors = new Dictionary<string, SupervisorOptions>(StringComparer.Ordinal)
        {
            [SupervisorOptions.Root] = new() { MaxRestarts = SupervisorOptions.Unlimited },
        };
        foreach (IGrouping<string, SupervisorRegistration> asked in registrations.GroupBy(one => one.Name, StringComparer.Ordinal))
        {
            if (!AgentType.IsValid(asked.Key))
            {
                faults.Add($"'{asked.Key}' cannot be the name of a supervisor: give it a name as agents have, of at most {AgentType.MaxLength} letters, digits, '.', '_' and '-'.");
            }
            else if (asked.Count() > 1)
            {
                faults.Add($"The supervisor '{asked.Key}' is added more than once: give each its own name.");
            }

            SupervisorOptions options = supervisors.TryGetValue(asked.Key, out SupervisorOptions? known) ? known : supervisors[asked.Key] = new();
            asked.First().Configure(options);
        }

        foreach (IConfigurationSection section in configuration?.GetSection(Section).GetChildren() ?? [])
        {
            if (supervisors.TryGetValue(section.Key, out SupervisorOptions? options))
            {
                OptionsBinding.Bind(section, options, faults);
            }
            else
            {
                faults.Add($"{section.Path} means nothing: there is no supervisor '{section.Key}'. Add it by AddSupervisor.");
            }
        }

        foreach ((string name, SupervisorOptions options) in supervisors)
        {
            options.Validate(name, faults);
            CheckPlace(name, supervisors, faults);
        }

        return supervisors;
    }

    private static void CheckPlace(string name, Dictionary<string, SupervisorOptions> supervisors, List<string> faults)
    {
        var above = new HashSet<string>(StringComparer.Ordinal);
        for (string at = name; at != SupervisorOptions.Root; at = supervisors[at].Supervisor)
        {
            if (!above.Add(at))
            {
                faults.Add($"The supervisor '{name}' is under itself: put one of {string.Join(", ", above)} under '{SupervisorOptions.Root}'.");
                return;
            }

            if (!supervisors.ContainsKey(supervisors[at].Supervisor))
            {
                if (at == name)
                {
                    faults.Add($"{Section}:{name}:{nameof(SupervisorOptions.Supervisor)} is '{supervisors[at].Supervisor}': there is none. Add it by AddSupervisor.");
                }

                return;
            }
        }
    }
}
