using Ganglion.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Hosting;

/// <summary>Reads from the configuration how tools are to be called.</summary>
internal static class ToolPoliciesFactory
{
    private const string Section = "Ganglion:Tools";

    /// <exception cref="ToolException">Anything is wrong with what is configured; the message has all of it.</exception>
    public static ToolPolicies Create(IServiceProvider services)
    {
        var changes = new Dictionary<string, Func<ToolOptions, ToolOptions>>(StringComparer.Ordinal);
        var faults = new List<string>();
        foreach ((string name, IConfigurationSection section) in services.GetService<IConfiguration>() is { } configuration ? NamedSections.In(configuration.GetSection(Section)) : [])
        {
            var configured = new ToolSection();
            OptionsBinding.Bind(section, configured, faults);
            configured.Apply(new ToolOptions()).Validate(section.Path, faults);
            changes[name] = configured.Apply;
        }

        return faults.Count == 0 ? new ToolPolicies(changes) : throw new ToolException(
            "tool-options-invalid", $"Tools are not set up as they must be:{string.Concat(faults.Select(fault => $"\n- {fault}"))}");
    }

    /// <summary>What the configuration can say of a tool.</summary>
    internal sealed class ToolSection
    {
        public TimeSpan? Timeout { get; set; }

        public int? Retries { get; set; }

        public TimeSpan? RetryDelay { get; set; }

        public int? MaxResultBytes { get; set; }

        public bool? IsTrusted { get; set; }

        public ToolApproval? Approval { get; set; }

        public decimal? Risk { get; set; }

        public decimal? RiskLimit { get; set; }

        public string? ApprovalQueue { get; set; }

        public string? Dependency { get; set; }

        public ToolOptions Apply(ToolOptions options) => options with
        {
            Timeout = Timeout ?? options.Timeout,
            Retries = Retries ?? options.Retries,
            RetryDelay = RetryDelay ?? options.RetryDelay,
            MaxResultBytes = MaxResultBytes ?? options.MaxResultBytes,
            IsTrusted = IsTrusted ?? options.IsTrusted,
            Approval = Approval ?? options.Approval,
            Risk = (double?)Risk ?? options.Risk,

            // Who sets a number means that number.
            RiskOf = Risk is null ? options.RiskOf : null,
            RiskLimit = (double?)RiskLimit ?? options.RiskLimit,
            ApprovalQueue = ApprovalQueue ?? options.ApprovalQueue,
            Dependency = Dependency ?? options.Dependency,
        };
    }
}
