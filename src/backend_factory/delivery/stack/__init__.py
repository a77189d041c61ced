"""Deployment of a CloudFormation template with its functions, and the way to the running thing from outside."""
