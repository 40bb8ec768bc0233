namespace TransferProcess;

/// <summary>A movement was looked at, as the how many-th of its region.</summary>
internal sealed record Audit(Movement Movement, int Count);
