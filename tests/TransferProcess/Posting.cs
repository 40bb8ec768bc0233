namespace TransferProcess;

/// <summary>An amount that a transfer withdraws from an account, or deposits there.</summary>
internal sealed record Posting(int Number, int Amount);
