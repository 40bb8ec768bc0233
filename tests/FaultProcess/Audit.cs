namespace FaultProcess;

/// <summary>A transfer was looked at, as the how many-th of its region.</summary>
internal sealed record Audit(int Number, string Region, int Count);
