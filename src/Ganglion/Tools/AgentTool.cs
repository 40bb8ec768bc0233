using System.Reflection;
using Ganglion.Agents;
using Microsoft.Extensions.AI;

namespace Ganglion.Tools;

/// <summary>
/// A tool that says how it is to be called. Any <see cref="AIFunction"/> is a tool of an agent; this is for those that need other than the default options, or their
/// <see cref="EffectContext"/>.
/// </summary>
public sealed class AgentTool : DelegatingAIFunction
{
    /// <summary>Says how a function is to be called.</summary>
    /// <param name="inner">The function.</param>
    /// <param name="options">How. Default: the default options.</param>
    /// <exception cref="ArgumentException">The options are not what they must be.</exception>
    public AgentTool(AIFunction inner, ToolOptions? options = null)
        : base(inner)
    {
        Options = options ?? new ToolOptions();
        var faults = new List<string>();
        Options.Validate(inner.Name, faults);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        }
    }

    /// <summary>How it is to be called.</summary>
    public ToolOptions Options { get; }

    /// <summary>
    /// Makes a tool of a method. The model sees its parameters, as their <see cref="System.ComponentModel.DescriptionAttribute"/> describe them, but none of the types
    /// <see cref="EffectContext"/>, which has the idempotency key, <see cref="CancellationToken"/>, and <see cref="IServiceProvider"/>.
    /// </summary>
    /// <param name="method">The method. It may be asynchronous.</param>
    /// <param name="name">What the model calls it. Default: the method's name.</param>
    /// <param name="description">What it does, for the model. Default: the method's description.</param>
    /// <param name="options">How it is to be called.</param>
    /// <exception cref="ArgumentException">The options are not what they must be.</exception>
    public static AgentTool Create(Delegate method, string? name = null, string? description = null, ToolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        var made = new AIFunctionFactoryOptions { Name = name, Description = description, ConfigureParameterBinding = Bind };
        return new AgentTool(AIFunctionFactory.Create(method, made), options);
    }

    private static AIFunctionFactoryOptions.ParameterBindingOptions Bind(ParameterInfo parameter) => parameter.ParameterType != typeof(EffectContext)
        ? default
        : new()
        {
            ExcludeFromSchema = true,
            BindParameter = static (_, arguments) => arguments.Context?.TryGetValue(typeof(EffectContext), out object? context) == true
                ? context
                : throw new InvalidOperationException("The tool wants to know its EffectContext: call it by AgentContext.CallToolsAsync."),
        };
}
