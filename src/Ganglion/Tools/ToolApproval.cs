namespace Ganglion.Tools;

/// <summary>When a person has to approve a call of a tool before it is made.</summary>
public enum ToolApproval
{
    /// <summary>Nobody has to.</summary>
    Never,

    /// <summary>Where its risk is above <see cref="ToolOptions.RiskLimit"/>.</summary>
    AboveRisk,

    /// <summary>Each time.</summary>
    Always,
}
