namespace FaultProcess;

/// <summary>What is to be done.</summary>
internal sealed record Transfer(int Number, string Account, string Region);
