namespace TransferProcess;

/// <summary>What a customer asks for: an amount to each of some accounts, from one.</summary>
internal sealed record Transfer(int Number, string From, string[] To, int Amount);
