namespace FaultProcess;

/// <summary>The answer of the <see cref="Approver"/>.</summary>
internal sealed record Approval(int Number);
